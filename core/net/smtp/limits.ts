// The limits of an SMTP conversation that are no settings: protocol limits and defences against a peer that never ends.
// One table, so that docs/quirks.md and the tests can name them.

/** RFC 5321 §4.5.3.1.4 asks for 512 at least; parameters and letters beyond ASCII need more. */
export const maxCommandLineOctets = 2048;
/** RFC 4954 §4: a base64 response may have 12,288 octets; the command word comes on top. */
export const maxAuthLineOctets = 12_288 + 32;
/** Refused commands since the last accepted message. */
export const maxErrors = 20;
/** Slower than this, measured over one inactivity time, a message is not being sent but a session held. */
export const minMessageOctetsPerSecond = 256;
/** How long a message that is being received may still take when the server stops. */
export const shutdownGraceMs = 10_000;
/** How long a peer may take to close its side after 421 when the server stops. */
export const shutdownFarewellMs = 500;
/** RFC 3461 §4.4: ENVID has at most 100 characters; §4.2: ORCPT at most 500. */
export const maxEnvidCharacters = 100;
export const maxOrcptCharacters = 500;
