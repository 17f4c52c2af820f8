// The hosts file: lines with an address and names. Read again whenever it has changed; lines that are broken are passed over.
// An entry for 0.0.0.0 or :: only blocks a name and says nothing about where it is (docs/quirks.md). Used by resolver.ts.
import { readFile, stat } from 'node:fs/promises';
import { isIP, isIPv4 } from 'node:net';
import { join } from 'node:path';
import { dnsName } from './names.ts';

const maxFileBytes = 32 * 1_048_576;

export class HostsFile {
  private path = '';
  private version = '';
  private names = new Map<string, readonly string[]>();

  /** IPv4 first. Empty: the file does not know the name, or there is no such file. */
  async addresses(name: string, path: string): Promise<readonly string[]> {
    await this.refresh(path === '' ? systemHostsFile() : path);
    return this.names.get(name) ?? [];
  }

  async entries(path: string): Promise<readonly (readonly [string, readonly string[]])[]> {
    await this.refresh(path === '' ? systemHostsFile() : path);
    return [...this.names];
  }

  private async refresh(path: string): Promise<void> {
    const version = await versionOf(path);
    if (path === this.path && version === this.version) return;
    const text = version === '' ? '' : await readFile(path, 'utf8').catch(() => '');
    this.path = path;
    this.version = version;
    this.names = readHosts(text);
  }
}

export function systemHostsFile(): string {
  return process.platform === 'win32' ? join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'drivers', 'etc', 'hosts') : '/etc/hosts';
}

/** '' if it cannot be read. */
async function versionOf(path: string): Promise<string> {
  try {
    const facts = await stat(path, { bigint: true });
    return facts.isFile() && facts.size <= maxFileBytes ? `${facts.ino} ${facts.size} ${facts.mtimeNs} ${facts.ctimeNs}` : '';
  } catch {
    return '';
  }
}

export function readHosts(text: string): Map<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const line of text.split(/\r\n|\r|\n/)) {
    const [address = '', ...words] = line.replace(/#.*$/, '').trim().split(/\s+/);
    if (isIP(address) === 0 || address === '0.0.0.0' || address === '::') continue;
    for (const word of words) {
      const name = dnsName(word);
      if (name === null) continue;
      const known = names.get(name) ?? [];
      if (!known.includes(address)) known.push(address);
      names.set(name, known);
    }
  }
  for (const known of names.values()) known.sort((one, other) => Number(isIPv4(other)) - Number(isIPv4(one)));
  return names;
}
