// The stand-in itself: what is not modelled throws its name, what Electron refuses is refused, accelerators and ports are as described.
import { expect, test, vi } from 'vitest';
import { decode, encode } from '../standin/codec.ts';
import { Menu } from '../standin/menu.ts';
import { MessageChannelMain } from '../standin/ports.ts';
import { strictModule } from '../standin/strict-module.ts';
import { checkOptions, strictEmitter } from '../standin/strict.ts';

test('an unknown member of a module, a class or its options throws by name', () => {
  const dialog = strictModule<Record<string, unknown>>('dialog', { showMessageBox: 1 });
  expect(dialog['showMessageBox']).toBe(1);
  expect(() => dialog['showErrorBox']).toThrow('stand-in: dialog.showErrorBox is not there');
  class Tray extends strictEmitter('Tray', ['click']) {}
  const tray = new Tray() as unknown as Record<string, unknown> & Tray;
  expect(() => tray['displayBalloon']).toThrow('stand-in: Tray.displayBalloon is not there');
  expect(() => tray.on('balloon-click', () => undefined)).toThrow('stand-in: Tray has no event balloon-click');
  expect(() => checkOptions('BrowserWindow', { width: 1, vibrancy: 'x' }, ['width'])).toThrow('stand-in: BrowserWindow option vibrancy is not there');
  const clicked = vi.fn();
  tray.on('click', clicked);
  tray.emit('click', 7);
  expect(clicked).toHaveBeenCalledWith(7);
});

test.each<[string, unknown]>([
  ['plain data', { a: [1, -0, Number.NaN, null, undefined, 'ä\u2028'], b: { c: true } }], ['a date', new Date(5)], ['bytes', new Uint8Array([0, 255])], ['a big number', 10n ** 20n],
])('%s crosses unchanged', (_, value) => {
  expect(decode(encode(value))).toEqual(value);
});

test('functions and symbols are refused, prototypes are lost', () => {
  expect(() => encode({ run: () => 1 })).toThrow('A function could not be cloned.');
  expect(() => encode([Symbol('x')])).toThrow('A symbol could not be cloned.');
  class Point { readonly x = 1; }
  expect(decode(encode(new Point()))).toEqual({ x: 1 });
  expect(decode(encode(new Point()))).not.toBeInstanceOf(Point);
});

test.each([
  ['F2', { key: 'F2', code: 'F2', alt: false }, true],
  ['F2', { key: 'F2', code: 'F2', alt: true }, false],
  ['Alt+N', { key: 'n', code: 'KeyN', alt: true }, true],
  ['Alt+N', { key: '\u02dc', code: 'KeyN', alt: true }, true],
  ['Alt+N', { key: 'n', code: 'KeyN', alt: false }, false],
])('accelerator %s by %j: %s', (accelerator, key, expected) => {
  const clicked = vi.fn();
  Menu.buildFromTemplate([{ label: 'Setup', submenu: [{ label: 'x', accelerator, click: clicked }] }]).press({ ctrl: false, shift: false, meta: false, ...key });
  expect(clicked.mock.calls.length > 0).toBe(expected);
});

test('a greyed item takes its key and does nothing', () => {
  const clicked = vi.fn();
  const taken = Menu.buildFromTemplate([{ label: 'x', accelerator: 'F2', enabled: false, click: clicked }]).press({ key: 'F2', code: 'F2', ctrl: false, alt: false, shift: false, meta: false });
  expect([taken, clicked.mock.calls.length]).toEqual([true, 0]);
});

test('a port keeps its messages until it is started, hears the other end close, and is of no use once transferred', async () => {
  const { port1, port2 } = new MessageChannelMain();
  port1.postMessage({ n: 1 });
  const heard: unknown[] = [];
  port2.on('message', ({ data }: { data: unknown }) => heard.push(data));
  const closed = new Promise<void>((resolve) => void port2.on('close', resolve));
  port2.start();
  port1.close();
  await closed;
  expect(heard).toEqual([{ n: 1 }]);
  port1.detach();
  expect(() => port1.postMessage(1)).toThrow('has been transferred');
  expect(() => port2.postMessage(1, [port2])).toThrow('ports within ports');
});
