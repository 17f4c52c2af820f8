// Passwords for mailboxes: how strong one is, and new ones that can be read out loud and typed from paper.

/** 0 nothing typed, 1 weak, 2 fair, 3 good, 4 strong. */
export type Strength = 0 | 1 | 2 | 3 | 4;

/** What everybody tries first, in both languages. */
const common = [
  'password', 'passw0rd', 'qwerty', 'qwertyuiop', 'asdfgh', 'letmein', 'welcome', 'admin', 'administrator', 'secret', 'master', 'mail', 'email', 'login', 'abc', 'iloveyou', 'monkey', 'dragon', 'test', 'guest',
  'rahasia', 'sandi', 'katasandi', 'indonesia', 'merdeka', 'sayang', 'bismillah', 'garuda', 'jakarta', 'kantor', 'sekolah', 'merpati', 'cinta',
];

/**
 * A rough measure of how many guesses it takes: length times the kinds of characters, less what is easy to guess.
 *
 * @param own words that belong to the person (names, address): a password made of them is weak
 */
export function strengthOf(password: string, own: readonly string[] = []): Strength {
  if (password === '') return 0;
  const lower = password.toLowerCase();
  const words = [...common, ...own.flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u)).filter((word) => word.length >= 3)];
  const core = lower.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  if (words.includes(core) || words.includes(lower)) return 1;
  // A known word inside counts like one letter.
  const shortened = words.filter((word) => word.length >= 4).reduce((text, word) => text.replaceAll(word, 'x'), lower);
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((kind) => kind.test(password)).length;
  const bits = effectiveLength(shortened) * (2.6 + 0.8 * kinds);
  if (bits < 28) return 1;
  if (bits < 46) return 2;
  return bits < 62 ? 3 : 4;
}

/** Repeats and runs (aaa, 1234, abcd) add little. */
function effectiveLength(text: string): number {
  let length = text.length;
  for (let index = 1; index < text.length; index++) {
    if (Math.abs(text.charCodeAt(index) - text.charCodeAt(index - 1)) <= 1) length -= 0.8;
  }
  return Math.max(1, length);
}

const consonants = 'bdfghjkmnprstvwz';
const vowels = 'aeiou';

/**
 * Two words of three syllables and two digits, such as `bakomu-tirade-47`: about 44 bits, enough where the server slows guessing,
 * and free of letters that are mistaken for others on paper.
 *
 * @param random a whole number from 0 to below its argument
 */
export function makePassword(random: (below: number) => number = randomBelow): string {
  const pick = (letters: string) => letters.charAt(random(letters.length));
  const word = () => Array.from({ length: 3 }, () => pick(consonants) + pick(vowels)).join('');
  return `${word()}-${word()}-${2 + random(8)}${2 + random(8)}`;
}

function randomBelow(below: number): number {
  // Values above the last whole multiple would make the first letters likelier.
  const limit = 0xffff_ffff - (0xffff_ffff % below);
  const values = new Uint32Array(1);
  do crypto.getRandomValues(values); while ((values[0] ?? 0) >= limit);
  return (values[0] ?? 0) % below;
}
