// The smart host fields of the settings: `host`, `[host]`, `host:port`, `[ipv6]:port`, a bare IPv6 address.

/** @returns the host without brackets, and the port if one is named; host '' for an empty field */
export function readHostField(text: string): { readonly host: string; readonly port: number | null } {
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(text);
  if (bracketed !== null) return { host: bracketed[1] ?? '', port: bracketed[2] === undefined ? null : Number(bracketed[2]) };
  // More than one colon without brackets: an IPv6 address, all of it.
  const named = /^([^:]*)(?::(\d+))?$/.exec(text);
  if (named === null) return { host: text, port: null };
  return { host: named[1] ?? '', port: named[2] === undefined ? null : Number(named[2]) };
}
