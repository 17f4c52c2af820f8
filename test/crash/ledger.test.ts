// The judge of the crash test must see every kind of fault: each is made here by hand.
import { expect, test } from 'vitest';
import { Ledger } from './ledger.ts';

const text = (id: string) => Buffer.from(`X-Crash-Id: ${id}\r\nSubject: ${id}\r\n\r\n${id}\r\n`);
const stored = (id: string) => Buffer.concat([Buffer.from('Received: from a by b; today\r\n'), text(id)]);

function ledgerWith(state: 'accepted' | 'refused' | 'open' | 'unfinished', recipients = ['ayu', 'budi']): Ledger {
  const ledger = new Ledger();
  ledger.sending('1', recipients, text('1'));
  if (state !== 'unfinished') ledger.ending('1');
  if (state === 'accepted') ledger.answered('1', '250 2.6.0 fine');
  if (state === 'refused') ledger.answered('1', '452 4.3.1 later');
  return ledger;
}
const found = (ayu: string[], budi: string[]) => new Map([['ayu', ayu], ['budi', budi]]);

test('all is well: no fault', () => {
  const ledger = ledgerWith('accepted');
  ledger.see('ayu', 'u1', stored('1'));
  ledger.see('budi', 'u1', stored('1'));
  ledger.settle(found(['1'], ['1']));
  ledger.settle(found(['1'], ['1']));
  expect(ledger.faults).toEqual([]);
});

test.each([
  ['lost', judged('accepted', ['1'], []), /budi was accepted and is lost/],
  ['double', judged('accepted', ['1', '1'], ['1']), /ayu is there 2 times/],
  ['half of an unanswered one', judged('open', ['1'], []), /reached ayu but not all/],
  ['refused, yet there', () => seen(ledgerWith('refused'), 'ayu', 'u1', stored('1')), /was refused/],
  ['unfinished, yet there', () => seen(ledgerWith('unfinished'), 'ayu', 'u1', stored('1')), /was unfinished/],
  ['changed', () => seen(ledgerWith('accepted'), 'ayu', 'u1', Buffer.from(stored('1').toString().replace('\r\n1\r\n', '\r\n2\r\n'))), /has changed/],
  ['cut short', () => seen(ledgerWith('accepted'), 'ayu', 'u1', stored('1').subarray(0, -1)), /has changed/],
  ['never sent there', () => seen(ledgerWith('accepted'), 'citra', 'u1', stored('1')), /never sent there/],
  ['another UIDL', () => seen(seen(ledgerWith('accepted'), 'ayu', 'u1', stored('1')), 'ayu', 'u2', stored('1')), /had UIDL u1 and has u2/],
])('%s', (_name, ledger, fault) => {
  expect(ledger().faults).toEqual([expect.stringMatching(fault)]);
});

test('what a finished session deleted may not come back, and what an unanswered QUIT deleted may, until it was once found gone', () => {
  const ledger = ledgerWith('accepted');
  ledger.gone('ayu', ['1']);
  ledger.leaving('budi', ['1']);
  ledger.settle(found([], ['1']));
  expect(ledger.faults).toEqual([]);
  ledger.leaving('budi', ['1']);
  ledger.settle(found([], []));
  expect(ledger.faults).toEqual([]);
  ledger.see('budi', 'u1', stored('1'));
  expect(ledger.faults).toHaveLength(2);
  ledger.see('ayu', 'u1', stored('1'));
  expect(ledger.faults.at(-1)).toMatch(/came back/);
});

test('an unanswered message that was found nowhere may not appear later', () => {
  const ledger = judged('open', [], [])();
  expect(ledger.faults).toEqual([]);
  ledger.see('ayu', 'u1', stored('1'));
  expect(ledger.faults).toEqual([expect.stringMatching(/was refused/)]);
});

function judged(state: 'accepted' | 'open', ayu: string[], budi: string[]): () => Ledger {
  return () => {
    const ledger = ledgerWith(state);
    ledger.settle(found(ayu, budi));
    return ledger;
  };
}

function seen(ledger: Ledger, account: string, uidl: string, message: Buffer): Ledger {
  ledger.see(account, uidl, message);
  return ledger;
}
