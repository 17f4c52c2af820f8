// Thousands of accounts: the Account Manager stays quick, sorts, searches, selects over rows that are not loaded, and deletes.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dialog, gone, openConsole, question, setUp, until, type ConsoleUnderTest } from './helpers/console.ts';

const many = 3000;
let under: ConsoleUnderTest;
const page = () => under.page;
const manager = () => dialog(page(), 'Account Manager');
const grid = () => manager().getByRole('grid');
const drawnRows = () => grid().getByRole('row').count();
const firstMailbox = async () => (await grid().getByRole('row').nth(1).getByRole('gridcell').nth(1).innerText()).trim();

beforeAll(async () => {
  under = await openConsole({ settings: setUp });
  const [primary] = await under.client.domains.list({});
  const sales = await under.client.domains.add({ name: 'sales.majuterus.com' });
  const add = (index: number) => under.client.accounts.add({ domainId: index % 3 === 0 ? sales.id : primary!.id, mailbox: `user${String(index).padStart(4, '0')}`, fullName: `Person ${many - index}` });
  for (let start = 0; start < many; start += 50) await Promise.all(Array.from({ length: 50 }, (_, offset) => add(start + offset)));
}, 240_000);
afterAll(async () => { await under.close(); });

test('the list opens with the numbers above it, and draws only what is in view', async () => {
  await page().keyboard.press('Alt+m');
  await manager().getByText('3,000 shown of 3,000').waitFor();
  await grid().getByRole('row', { name: /user0000/ }).waitFor();
  expect(await drawnRows()).toBeLessThan(60);
  expect(await grid().getAttribute('aria-rowcount')).toBe('3001');
});

test('End goes to the last account, Home back, typing goes to the next that begins so', async () => {
  await grid().focus();
  await page().keyboard.press('End');
  await grid().getByRole('row', { name: /user2999/ }).waitFor();
  expect(await drawnRows()).toBeLessThan(60);
  await page().keyboard.press('Home');
  await grid().getByRole('row', { name: /user0000/ }).waitFor();
  await page().keyboard.type('user0007');
  await until(async () => await grid().getByRole('row', { selected: true }).innerText().then((text) => text.includes('user0007')), 'user0007 is selected');
});

test('a heading sorts, and sorts the other way when it is clicked again', async () => {
  await grid().getByRole('columnheader', { name: 'Mailbox' }).click();
  await until(async () => await firstMailbox() === 'user2999', 'descending');
  expect(await grid().getByRole('columnheader', { name: 'Mailbox' }).getAttribute('aria-sort')).toBe('descending');
  await grid().getByRole('columnheader', { name: 'Mailbox' }).click();
  await until(async () => await firstMailbox() === 'user0000', 'ascending');
});

test('searching finds names and mailboxes among all of them', async () => {
  await manager().getByRole('searchbox').fill('user0123');
  await manager().getByText('1 shown of 3,000').waitFor();
  await page().keyboard.press('Tab');
  await manager().getByRole('searchbox').fill('person 123');
  await grid().getByRole('row', { name: /Person 123\b/ }).waitFor();
  await manager().getByRole('searchbox').fill('no such person');
  await manager().getByText('No account fits.').waitFor();
  await manager().getByRole('searchbox').fill('');
  await manager().getByText('3,000 shown of 3,000').waitFor();
});

test('Shift selects a range, Ctrl one more, Ctrl+A all of the filter, loaded or not', async () => {
  await grid().getByRole('row', { name: /user0002/ }).click();
  await grid().getByRole('row', { name: /user0006/ }).click({ modifiers: ['Shift'] });
  await manager().getByText('5 selected').waitFor();
  await grid().getByRole('row', { name: /user0009/ }).click({ modifiers: ['Control'] });
  await manager().getByText('6 selected').waitFor();
  expect(await manager().getByRole('button', { name: 'Edit...' }).isDisabled()).toBe(true);
  await page().keyboard.press('Control+a');
  await manager().getByText('3000 selected').waitFor();
});

test('several are deleted after a question that presets Cancel', async () => {
  await grid().getByRole('row', { name: /user0002/ }).click();
  await grid().getByRole('row', { name: /user0006/ }).click({ modifiers: ['Shift'] });
  await page().keyboard.press('Delete');
  await question(page()).getByText('Delete 5 accounts?').waitFor();
  await page().keyboard.press('Enter');
  await gone(question(page()));
  expect((await under.client.accounts.list({ limit: 1 })).total).toBe(many);
  await page().keyboard.press('Delete');
  await question(page()).getByRole('button', { name: 'Delete with all mail' }).click();
  await manager().getByText('2,995 shown of 2,995').waitFor();
  expect((await under.client.accounts.list({ limit: 1 })).total).toBe(many - 5);
});

test('a right click opens the menu of a row; the menu key opens it for the keyboard', async () => {
  await grid().getByRole('row', { name: /user0009/ }).click({ button: 'right' });
  await page().getByRole('menu').getByRole('menuitem', { name: 'Mail client settings...' }).click();
  await dialog(page(), 'Mail Client Settings').getByText('user0009@sales.majuterus.com').first().waitFor();
  await page().keyboard.press('Escape');
  await gone(dialog(page(), 'Mail Client Settings'));
  await grid().focus();
  await page().keyboard.press('Shift+F10');
  await page().getByRole('menu').waitFor();
  await page().keyboard.press('e');
  await dialog(page(), /^Account Editor/).waitFor();
  await page().keyboard.press('Escape');
  await gone(dialog(page(), /^Account Editor/));
});

test('what somebody else adds appears by itself', async () => {
  const [primary] = await under.client.domains.list({});
  await under.client.accounts.add({ domainId: primary!.id, mailbox: 'aaaa', fullName: 'Added elsewhere' });
  await manager().getByText('2,996 shown of 2,996').waitFor();
  await grid().getByRole('row', { name: /Added elsewhere/ }).waitFor();
});

test('an account that somebody else changed meanwhile is not overwritten unseen', async () => {
  await manager().getByRole('searchbox').fill('aaaa');
  await manager().getByText('1 shown of').waitFor();
  await grid().getByRole('row', { name: /aaaa/ }).dblclick();
  const editor = dialog(page(), /^Account Editor/);
  await editor.getByRole('textbox', { name: 'Notes/Comments on this Account' }).fill('my notes');
  const found = await under.client.accounts.find({ address: 'aaaa@majuterus.com' });
  await under.client.accounts.change({ id: found.id, revision: found.revision, value: { domainId: found.domainId, mailbox: 'aaaa', fullName: 'Their name', directory: found.directory } });
  await editor.getByRole('button', { name: 'Apply' }).click();
  await question(page()).getByText('Somebody else saved changes here').waitFor();
  await question(page()).getByRole('button', { name: 'Keep mine on top' }).click();
  await gone(question(page()));
  expect(await editor.getByRole('textbox', { name: 'Full name' }).inputValue()).toBe('Their name');
  await editor.getByRole('button', { name: 'OK' }).click();
  await gone(editor);
  expect(await under.client.accounts.find({ address: 'aaaa@majuterus.com' })).toMatchObject({ fullName: 'Their name', notes: 'my notes' });
  await page().keyboard.press('Escape');
  await page().keyboard.press('Escape');
});
