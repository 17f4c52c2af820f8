// The queue windows, Trace and "Explain this route", against the real engine. The remote queue is frozen and DNS is asked of an address
// of this computer where nobody answers: what waits keeps waiting, and nothing leaves the machine.
import { readFile } from 'node:fs/promises';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { QueueName } from '../../core/contract/records.ts';
import { run } from '../helpers/run.ts';
import { choose, dialog, field, gone, openConsole, question, setUp, until, type ConsoleUnderTest } from './helpers/console.ts';

let under: ConsoleUnderTest;
const page = () => under.page;
const row = (name: RegExp) => page().getByRole('row', { name });
const queueTab = (name: RegExp) => page().getByRole('radio', { name });
const toolbar = () => page().getByRole('toolbar', { name: 'Queues' });
const toast = (text: string | RegExp): Locator => page().getByText(text).first();
const waiting = async (queue: QueueName, search = '') => (await under.client.queues.messages({ queue, search })).items;

const send = (to: string, subject: string, ...more: string[]) => run('swaks', [
  '--server', `127.0.0.1:${under.server.ports.smtp}`, '--helo', 'pc-dina', '--auth', 'LOGIN', '--auth-user', 'dina@majuterus.com', '--auth-password', 'rahasia-9',
  '--from', 'dina@majuterus.com', '--to', to, '--h-Subject', subject, ...more,
]);
const inMenu = async (on: Locator, item: string | RegExp) => {
  await on.click({ button: 'right' });
  await page().getByRole('menu').getByRole('menuitem', { name: item }).click();
};

beforeAll(async () => {
  under = await openConsole({ settings: [...setUp, 'dns.useSystem=false', 'dns.primary=127.0.0.9', 'dns.useHostsFile=false', 'dns.retries=0', 'timers.mxSeconds=1', 'timers.aSeconds=1', 'queues.frozenRemote=true', 'limits.recipientsPerHour=0', 'limits.messagesPerHour=0'] });
  const [primary] = await under.client.domains.list({});
  await under.client.accounts.add({ domainId: primary!.id, mailbox: 'dina', fullName: 'Dina Marlina', password: 'rahasia-9' });
  for (const [to, subject] of [['budi@contoh.example', 'Penawaran'], ['ani@lain.example', 'Undangan'], ['citra@tiga.example', 'Laporan']] as const) await send(to, subject);
  await page().getByRole('treeitem', { name: /Remote\s*3/ }).dblclick();
  await row(/budi@contoh\.example/).waitFor();
}, 120_000);
afterAll(() => under.close());

test('a frozen queue says so, in the window and in the tree', async () => {
  await page().getByText('The Remote queue is frozen.').waitFor();
  await page().getByRole('treeitem', { name: /Frozen Remote\s*3/ }).waitFor();
  await queueTab(/Retry/).click();
  await toolbar().getByRole('button', { name: 'Freeze queue' }).click();
  await page().getByText('The Retry queue is frozen. Mail is taken and kept').waitFor();
  expect((await under.client.queues.list({})).find(({ name }) => name === 'retry')?.frozen).toBe(true);
  await page().getByRole('button', { name: 'Release queue' }).click();
  await gone(page().getByText('The Retry queue is frozen. Mail is taken and kept'));
  await queueTab(/Remote/).click();
});

test('search and sorting are the engine\'s, over all messages', async () => {
  await page().getByRole('searchbox').fill('LAIN.EXAMPLE');
  await gone(row(/budi@contoh/));
  await row(/ani@lain/).waitFor();
  await page().getByRole('searchbox').fill('');
  await page().getByRole('columnheader', { name: 'To' }).click();
  await until(async () => /ani@lain/.test(await page().getByRole('grid').getByRole('row').nth(1).innerText()), 'sorted by recipient');
  await page().getByRole('columnheader', { name: 'To' }).click();
  await until(async () => /citra@tiga/.test(await page().getByRole('grid').getByRole('row').nth(1).innerText()), 'the other way round');
});

test('several messages are held by the keyboard, and released by the menu', async () => {
  await row(/budi@contoh/).click();
  await row(/ani@lain/).click({ modifiers: ['Control'] });
  await page().keyboard.press('Control+h');
  await toast('2 messages are held until you release them.').waitFor();
  expect((await waiting('holding')).length).toBe(2);
  await queueTab(/Holding/).click();
  await row(/ani@lain/).waitFor();
  await row(/budi@contoh/).click();
  await page().keyboard.press('Control+a');
  await inMenu(row(/ani@lain/), /Release/);
  await toast('2 messages are back in their queues.').waitFor();
  await page().getByText('This queue is empty.').waitFor();
  await queueTab(/Remote/).click();
  await row(/ani@lain/).waitFor();
});

test('a message is sent through another host', async () => {
  await inMenu(row(/citra@tiga/), /Reroute/);
  const reroute = dialog(page(), 'Reroute');
  await field(reroute, 'Host').fill('not a host');
  expect(await reroute.getByRole('button', { name: 'OK' }).isDisabled()).toBe(true);
  await field(reroute, 'Host').fill('127.0.0.77:2525');
  await page().keyboard.press('Enter');
  await gone(reroute);
  expect((await waiting('remote', 'citra'))[0]?.via).toBe('127.0.0.77:2525');
  await row(/citra@tiga.*> 127\.0\.0\.77:2525/).waitFor();
});

test('a mistyped recipient is corrected; one that cannot be says why', async () => {
  await inMenu(row(/ani@lain/), /Edit recipient/);
  const edit = dialog(page(), 'Edit Recipient');
  await field(edit, 'New address').fill('nobody@majuterus.com');
  await page().keyboard.press('Enter');
  await edit.getByText('There is no mailbox nobody@majuterus.com').waitFor();
  await field(edit, 'New address').fill('ani@benar.example');
  await page().keyboard.press('Enter');
  await gone(edit);
  await row(/ani@benar\.example/).waitFor();
});

test('the whole message is saved as .eml, byte for byte', async () => {
  const large = `${'Baris yang panjang sekali. '.repeat(3)}\r\n`.repeat(20_000);
  await send('besar@contoh.example', 'Berkas: "besar"/1', '--body', large.slice(0, 100_000));
  const item = row(/besar@contoh/);
  await item.click();
  const [saved] = await Promise.all([page().waitForEvent('download'), page().keyboard.press('Control+s')]);
  expect(saved.suggestedFilename()).toBe('Berkas besar 1.eml');
  const [stored] = await waiting('remote', 'besar');
  expect((await readFile(await saved.path())).length).toBe(stored!.bytes);
});

test('the window of a message: its recipients, what happened so far, its text, and what can be done', async () => {
  await row(/budi@contoh/).dblclick();
  const message = dialog(page(), 'Penawaran');
  await message.getByText('budi@contoh.example').first().waitFor();
  await message.getByRole('tab', { name: 'What happened so far' }).click();
  await message.getByText(/Accepted from 127\.0\.0\.1/).waitFor();
  await message.getByText('Dina Marlina held it.').or(message.getByText(/held it\./)).first().waitFor();
  await message.getByRole('tab', { name: 'Text' }).click();
  await message.getByText('Subject: Penawaran').waitFor();
  await message.getByRole('button', { name: 'Hold' }).click();
  await message.getByText(/Holding, since/).waitFor();
  await message.getByRole('button', { name: 'Release' }).click();
  await message.getByText(/Remote, since/).waitFor();
  await under.client.queues.remove({ ids: (await waiting('remote', 'besar')).map(({ id }) => id) });
  await page().keyboard.press('Escape');
  await gone(message);
});

test('a message that has left meanwhile: the window says so, and nothing can be done to it', async () => {
  await send('pergi@contoh.example', 'Sebentar saja');
  await row(/pergi@contoh/).dblclick();
  const message = dialog(page(), 'Sebentar saja');
  await message.getByRole('button', { name: 'Hold' }).waitFor();
  await under.client.queues.remove({ ids: (await waiting('remote', 'pergi')).map(({ id }) => id) });
  await message.getByText('This message is not in the queue any more.').waitFor();
  expect(await message.getByRole('button', { name: 'Hold' }).count()).toBe(0);
  await page().keyboard.press('Escape');
  await gone(message);
});

test('Trace finds a message by a part of it, also when nothing is selected, and shows refused ones', async () => {
  await run('swaks', ['--server', `127.0.0.1:${under.server.ports.smtp}`, '--helo', 'spammer', '--from', 'x@luar.example', '--to', 'y@luar.example']);
  await page().keyboard.press('F4');
  const trace = dialog(page(), 'Trace');
  await trace.getByRole('searchbox').fill('penawar');
  await trace.getByRole('row', { name: /Penawaran/ }).waitFor();
  await trace.getByText(/Accepted from 127\.0\.0\.1/).waitFor();
  await trace.getByRole('searchbox').fill('luar.example');
  await trace.getByRole('row', { name: /x@luar\.example.*Refused/ }).click();
  await trace.getByText('y@luar.example is not at this server.').first().waitFor();
  await trace.getByRole('button', { name: /State/ }).click();
  await page().getByRole('option', { name: 'Waiting' }).click();
  await trace.getByText('Nothing fits.').waitFor();
  await page().keyboard.press('Escape');
  await gone(trace);
});

test('Explain this route: who stays here and who goes elsewhere, and nothing is sent; Enter asks again', async () => {
  await choose(page(), 'Queues', 'Explain this route...');
  const explain = dialog(page(), 'Explain This Route');
  await field(explain, 'Recipients').fill('dina@majuterus.com, jauh@contoh.example');
  await page().keyboard.press('Enter');
  await explain.getByRole('heading', { name: /dina@majuterus\.com: it stays here/ }).waitFor();
  await explain.getByRole('heading', { name: /jauh@contoh\.example/ }).waitFor();
  await explain.getByText('contoh.example is not a domain of this server').waitFor();
  await explain.getByText('Nothing was sent.').first().waitFor();
  await field(explain, 'Recipients').fill('tidakada@majuterus.com');
  await page().keyboard.press('Enter');
  await explain.getByRole('heading', { name: /tidakada@majuterus\.com/ }).waitFor();
  await page().keyboard.press('Escape');
  await gone(explain);
  await row(/budi@contoh/).click();
  await page().keyboard.press('Control+e');
  await dialog(page(), 'Explain This Route').getByRole('heading', { name: /budi@contoh\.example/ }).waitFor();
  await page().keyboard.press('Escape');
});

test('deleting and giving back ask first', async () => {
  await row(/ani@benar/).click();
  await page().keyboard.press('Delete');
  await question(page()).getByRole('button', { name: 'Delete', exact: true }).click();
  await gone(row(/ani@benar/));
  await row(/citra@tiga/).click();
  await page().keyboard.press('Control+b');
  await question(page()).getByRole('button', { name: 'Give back' }).click();
  await toast('1 message was given back to its sender.').waitFor();
  await gone(row(/citra@tiga/));
});

test('thousands of messages scroll, are selected at once, and are deleted at once', async () => {
  const domains = (turn: number) => Array.from({ length: 100 }, (_, index) => `a@d${turn}-${index}.example`).join(',');
  for (let turn = 0; turn < 13; turn++) await send(domains(turn), `Edaran ${turn}`);
  await page().getByRole('treeitem', { name: /Remote\s*1[,.]?301/ }).waitFor();
  const grid = page().getByRole('grid', { name: 'Remote' });
  await grid.focus();
  await page().keyboard.press('End');
  await row(/a@d\d+-\d+\.example/).last().waitFor();
  // Only what is in view is drawn.
  expect(await grid.getByRole('row').count()).toBeLessThan(120);
  await page().keyboard.press('Control+a');
  await page().getByText('1,301 selected').waitFor();
  await page().keyboard.press('Control+h');
  await toast('1301 messages are held until you release them.').waitFor();
  await page().getByText('This queue is empty.').waitFor();
  await queueTab(/Holding/).click();
  await row(/@/).first().waitFor();
  await grid.or(page().getByRole('grid', { name: 'Holding' })).focus();
  await page().keyboard.press('Control+a');
  await page().getByText('1,301 selected').waitFor();
  await page().keyboard.press('Delete');
  await question(page()).getByRole('button', { name: 'Delete', exact: true }).click();
  await page().getByText('This queue is empty.').waitFor();
  expect(under.complaints.filter((complaint) => !complaint.includes('Applying inline style'))).toEqual([]);
}, 90_000);
