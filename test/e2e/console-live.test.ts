// The console while things happen: logs, sessions, queues, servers; a lost connection; language and looks changed under one's
// hands; settings that somebody else changed; signing in.
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../helpers/run.ts';
import { choose, dialog, field, gone, openConsole, question, setUp, until, type ConsoleUnderTest } from './helpers/console.ts';

let under: ConsoleUnderTest;
const page = () => under.page;
const tab = (name: string) => page().getByRole('tab', { name }).click();
const swaks = (...args: string[]) => run('swaks', ['--server', `127.0.0.1:${under.server.ports.smtp}`, '--helo', 'pc-dina', ...args]);
const sockets: Socket[] = [];

async function talkPop3(): Promise<Socket> {
  const socket = connect(under.server.ports.pop3, '127.0.0.1');
  sockets.push(socket);
  await once(socket, 'data');
  return socket;
}

beforeAll(async () => {
  under = await openConsole({ settings: [...setUp, 'queues.frozenRemote=true'] });
  const [primary] = await under.client.domains.list({});
  await under.client.accounts.add({ domainId: primary!.id, mailbox: 'dina', fullName: 'Dina Marlina', password: 'rahasia-9' });
}, 120_000);
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await under.close();
});

test('a log is live, can be searched, paused, and cleared', async () => {
  await tab('SMTP (in)');
  const log = page().getByRole('log', { name: 'SMTP (in)' });
  await swaks('--from', 'a@elsewhere.example', '--to', 'dina@majuterus.com');
  await log.getByText('MAIL FROM:<a@elsewhere.example>').waitFor();
  await page().getByRole('searchbox').fill('rcpt');
  await log.getByText('RCPT TO:<dina@majuterus.com>').waitFor();
  expect(await log.getByText('MAIL FROM').count()).toBe(0);
  await page().getByRole('searchbox').fill('');
  await page().getByRole('button', { name: 'Pause' }).click();
  await swaks('--from', 'b@elsewhere.example', '--to', 'dina@majuterus.com');
  await page().getByRole('treeitem', { name: /Delivered to mailboxes\s*2/ }).waitFor();
  expect(await log.getByText('MAIL FROM:<b@elsewhere.example>').count()).toBe(0);
  await page().getByRole('button', { name: 'Resume' }).click();
  await log.getByText('MAIL FROM:<b@elsewhere.example>').waitFor();
  await page().getByRole('button', { name: 'Clear' }).click();
  await page().getByText('Nothing has happened here yet.').waitFor();
});

test('a session appears, its transcript is live, and Disconnect drops it', async () => {
  await tab('Sessions');
  const socket = await talkPop3();
  const row = page().getByRole('row', { name: /POP3/ });
  await row.waitFor();
  await row.dblclick();
  const transcript = page().getByRole('dialog', { name: /^Session/ });
  socket.write('CAPA\r\n');
  await transcript.getByText('<-- CAPA').waitFor();
  const closed = once(socket, 'close');
  socket.resume();
  await transcript.getByRole('button', { name: 'Disconnect' }).click();
  await closed;
  await transcript.getByText(/ended/).waitFor();
  await page().keyboard.press('Escape');
  await gone(transcript);
  await page().getByText('Nobody is connected at the moment.').waitFor();
});

test('mail for the Internet waits in the remote queue, can be read, and is deleted after a question', async () => {
  await swaks('--auth', 'LOGIN', '--auth-user', 'dina@majuterus.com', '--auth-password', 'rahasia-9', '--from', 'dina@majuterus.com', '--to', 'budi@contoh.example', '--h-Subject', 'Penawaran');
  await page().getByRole('treeitem', { name: /Remote\s*1/ }).dblclick();
  const row = page().getByRole('row', { name: /budi@contoh\.example/ });
  await row.waitFor();
  await page().getByRole('button', { name: 'Process all now' }).click();
  await page().getByText(/tried now|Nothing waits to be sent/).waitFor();
  await row.click();
  await page().keyboard.press('Enter');
  await page().getByRole('dialog').getByRole('tab', { name: 'Text' }).click();
  await page().getByRole('dialog').getByText('Subject: Penawaran').waitFor();
  await page().keyboard.press('Escape');
  await gone(page().getByRole('dialog'));
  await until(async () => await page().getByRole('grid').evaluate((grid) => grid === document.activeElement), 'the focus is back in the list');
  await page().keyboard.press('Delete');
  await question(page()).getByRole('button', { name: 'Delete', exact: true }).click();
  await page().getByText('This queue is empty.').waitFor();
  expect((await under.client.queues.messages({ queue: 'remote' })).total).toBe(0);
});

test('a server is switched off and on in the tree', async () => {
  const server = page().getByRole('treeitem', { name: /^Active POP3 \d/ });
  await server.click({ button: 'right' });
  await page().getByRole('menuitem', { name: 'Switch off' }).click();
  await page().getByRole('treeitem', { name: /^Inactive POP3 \d/ }).waitFor();
  expect((await run('curl', ['-sS', '--max-time', '3', `pop3://127.0.0.1:${under.server.ports.pop3}`])).code).toBe(7);
  await page().getByRole('treeitem', { name: /^Inactive POP3 \d/ }).dblclick();
  await page().getByRole('treeitem', { name: /^Active POP3 \d/ }).waitFor();
});

test('a port that is taken: saved, with a warning that says what to do, and the server is red', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  const address = blocker.address();
  const taken = typeof address === 'object' && address !== null ? address.port : 0;
  await page().keyboard.press('F2');
  const sheet = dialog(page(), 'Primary Domain Configuration');
  await sheet.getByRole('tab', { name: 'Ports' }).click();
  await field(sheet, 'SMTP SSL port').fill(String(taken));
  await page().keyboard.press('Enter');
  await question(page()).getByText(`Port ${taken} is in use by another program.`).waitFor();
  await page().keyboard.press('Enter');
  await gone(question(page()));
  await gone(sheet);
  const red = page().getByRole('treeitem', { name: /^Not working SMTP SSL/ });
  await red.waitFor();
  await page().getByText('Not working: SMTP SSL').waitFor();
  await red.dblclick();
  await question(page()).getByText('is in use by another program').waitFor();
  await new Promise((resolve) => blocker.close(resolve));
  await question(page()).getByRole('button', { name: 'Try again' }).click();
  await page().getByRole('treeitem', { name: /^Active SMTP SSL/ }).waitFor();
  await page().getByText('Ready', { exact: true }).waitFor();
});

test('a number out of range is refused where it stands, and its tab comes up', async () => {
  await page().keyboard.press('F2');
  const sheet = dialog(page(), 'Primary Domain Configuration');
  await sheet.getByRole('tab', { name: 'Timers' }).click();
  await field(sheet, 'Maximum message hop count').fill('3');
  await sheet.getByRole('tab', { name: 'Domain/ISP' }).click();
  await sheet.getByRole('button', { name: 'OK' }).click();
  await sheet.getByText('Enter at least 5.').waitFor();
  expect(await sheet.getByRole('tab', { name: 'Timers' }).getAttribute('aria-selected')).toBe('true');
  await page().keyboard.press('Escape');
  await gone(sheet);
});

test('settings that somebody else changed meanwhile are not overwritten unseen', async () => {
  await page().keyboard.press('F2');
  const sheet = dialog(page(), 'Primary Domain Configuration');
  await sheet.getByRole('tab', { name: 'Sessions' }).click();
  await field(sheet, 'Maximum concurrent SMTP inbound sessions').fill('111');
  const { revision } = await under.client.settings.get({});
  await under.client.settings.set({ revision, changes: { 'sessions.maxPop3': 222 } });
  await page().keyboard.press('Enter');
  await question(page()).getByText('Somebody else saved changes here').waitFor();
  await page().keyboard.press('Enter');
  await gone(question(page()));
  expect(await field(sheet, 'Maximum concurrent POP3 inbound sessions').inputValue()).toBe('222');
  await sheet.getByRole('button', { name: 'OK' }).click();
  await gone(sheet);
  expect((await under.client.settings.get({})).values).toMatchObject({ 'sessions.maxSmtp': 111, 'sessions.maxPop3': 222 });
});

test('the language and the looks change at once', async () => {
  await choose(page(), 'Setup', 'Preferences...');
  const sheet = dialog(page(), 'Preferences');
  await sheet.getByRole('button', { name: /Language/ }).click();
  await page().getByRole('option', { name: 'Bahasa Indonesia' }).click();
  await sheet.getByRole('button', { name: /Appearance/ }).click();
  await page().getByRole('option', { name: 'Dark' }).click();
  await sheet.getByRole('button', { name: 'Apply' }).click();
  const indonesian = dialog(page(), 'Preferensi');
  await indonesian.waitFor();
  expect(await page().locator('html').getAttribute('data-theme')).toBe('dark');
  await indonesian.getByRole('button', { name: /Bahasa/ }).click();
  await page().getByRole('option', { name: 'English' }).click();
  await indonesian.getByRole('button', { name: 'OK' }).click();
  await page().getByRole('menuitem', { name: 'File', exact: true }).waitFor();
});

test('the panes change sides, and remember it', async () => {
  const side = async () => (await page().getByRole('navigation').boundingBox())?.x ?? -1;
  expect(await side()).toBe(0);
  await page().keyboard.press('Alt+w');
  await page().getByRole('menuitemcheckbox', { name: 'Switch Panes' }).click();
  await until(async () => await side() > 400, 'the tree is at the right');
  await page().reload();
  await page().getByRole('navigation').waitFor();
  expect(await side()).toBeGreaterThan(400);
});

test('everything changed stands in the history, without secrets', async () => {
  await choose(page(), 'Setup', 'History of changes...');
  const history = dialog(page(), 'History of Changes');
  await history.getByRole('row', { name: /administrator.*Settings.*Language/ }).first().waitFor();
  expect(await history.innerText()).not.toContain('rahasia-9');
  await page().keyboard.press('Escape');
  await gone(history);
});

test('a visitor needs the console password, and gets in with it', async () => {
  await choose(page(), 'Setup', 'Preferences...');
  const sheet = dialog(page(), 'Preferences');
  await sheet.getByRole('tab', { name: 'Console access' }).click();
  await sheet.getByText('No password is set').waitFor();
  await field(sheet, 'New password').fill('pintu-depan-88');
  await field(sheet, 'Once more').fill('pintu-depan-88');
  await sheet.getByRole('button', { name: 'Set password' }).click();
  await sheet.getByText('A password is set.').waitFor();
  await page().keyboard.press('Escape');
  const visitor = await under.visitor();
  await visitor.getByLabel('Console password').fill('wrong');
  await visitor.keyboard.press('Enter');
  await visitor.getByText('That is not the console password.').waitFor();
  await visitor.getByLabel('Console password').fill('pintu-depan-88');
  await visitor.keyboard.press('Enter');
  await visitor.getByRole('menubar').waitFor();
  await visitor.getByRole('menuitem', { name: 'File', exact: true }).click();
  await visitor.getByRole('menuitem', { name: 'Sign out' }).click();
  await visitor.getByLabel('Console password').waitFor();
  await visitor.context().close();
});

test('when the engine goes the console says so and shows no server as running; when it is back, all is asked anew, without signing in', async () => {
  const [before, open] = [under.complaints.length, talkPop3()];
  await tab('Sessions');
  await open;
  await page().getByRole('row', { name: /POP3/ }).dblclick();
  await page().getByRole('dialog', { name: /^Session/ }).getByText('Accepting POP connection').waitFor();
  await under.server.kill();
  await page().getByRole('alert').getByText('The connection to the mail server is lost.').waitFor();
  await page().keyboard.press('Escape');
  await page().getByRole('treeitem', { name: /^Unknown SMTP \d/ }).waitFor();
  expect(await page().getByRole('treeitem', { name: /^(Active|Inactive|Not working) / }).count()).toBe(0);
  await page().getByText('Nobody is connected at the moment.').waitFor();
  await page().keyboard.press('Alt+n');
  const editor = dialog(page(), /^Account Editor/);
  await editor.getByRole('textbox', { name: 'Mailbox name' }).fill('later');
  await editor.getByRole('button', { name: 'OK' }).click();
  await editor.getByText('There is no connection to the mail server.').waitFor();
  await page().keyboard.press('Escape');
  await under.restart();
  await page().getByRole('treeitem', { name: /^Active SMTP \d/ }).waitFor();
  await page().getByRole('tab', { name: 'System' }).click();
  await until(async () => /starting, data in/.test(await page().getByRole('log', { name: 'System' }).innerText()), 'the new run logs');
  // Chromium itself writes down each request that found no server; of ours there is nothing.
  expect(under.complaints.slice(before).filter((text) => !text.includes('net::ERR_CONNECTION_REFUSED'))).toEqual([]);
});

test('a page whose sign-in has ended says so, and goes on after signing in', async () => {
  await under.client.access.setPassword({ password: 'pintu-baru-89' });
  await page().getByText('Your sign-in has ended, or the server was started again.').waitFor();
  await page().getByLabel('Console password').fill('pintu-baru-89');
  await page().keyboard.press('Enter');
  await page().getByRole('treeitem', { name: /^Active SMTP \d/ }).waitFor();
});

test('a sign-in link that was used says so', async () => {
  const visitor = await under.visitor();
  await visitor.goto(under.server.consoleLink);
  await visitor.getByRole('menubar').waitFor();
  await visitor.context().clearCookies();
  await visitor.goto(under.server.consoleLink);
  await visitor.getByText('This sign-in link was used already or is too old.').waitFor();
  await visitor.context().close();
});
