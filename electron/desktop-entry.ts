// The desktop entry that starts Merpati at logon on Linux. Pure; start-at-logon.ts writes it.

/** Desktop Entry Specification 1.5, "The Exec key". */
export function desktopEntry(program: string, args: readonly string[]): string {
  return [
    '[Desktop Entry]', 'Type=Application', 'Version=1.5', 'Name=Merpati', 'Comment=Mail server', 'Comment[id]=Server surat', 'Icon=merpati', 'Terminal=false',
    `Exec=${[program, ...args].map(execWord).join(' ')}`, 'X-GNOME-Autostart-enabled=true', '',
  ].join('\n');
}

/** A word of Exec: quoted, its special signs escaped; once more for the string that the whole line is; % is a field code. */
function execWord(word: string): string {
  if (/^[\w@:.,/+-]+$/.test(word)) return word;
  const quoted = `"${word.replace(/["`$\\]/g, (sign) => `\\${sign}`)}"`;
  return quoted.replaceAll('\\', '\\\\').replaceAll('%', '%%');
}
