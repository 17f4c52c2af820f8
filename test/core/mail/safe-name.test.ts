// File names that strangers choose.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { numberedName, safeFileName } from '../../../core/mail/attachments/safe-name.ts';

test.each([
  ['laporan.pdf', 'laporan.pdf'],
  ['../../x', 'x'], ['..\\..\\x.txt', 'x.txt'], ['C:\\x', 'x'], ['C:x', 'C_x'], ['/etc/passwd', 'passwd'], ['\\\\server\\share\\a', 'a'],
  ['..', 'attachment.bin'], ['.', 'attachment.bin'], ['...', 'attachment.bin'], ['a/', 'attachment.bin'], ['', 'attachment.bin'], [null, 'attachment.bin'], [' . ', 'attachment.bin'],
  ['.bashrc', 'bashrc'], ['a.txt. . ', 'a.txt'], ['CON', '_CON'], ['con.txt', '_con.txt'], ['Com1.tar.gz', '_Com1.tar.gz'], ['LPT\u00b9.x', '_LPT\u00b9.x'], ['nul .txt', '_nul.txt'],
  ['console.txt', 'console.txt'], ['COM10', 'COM10'],
  ['a\0b\r\n.txt', 'ab.txt'], ['gnp.\u202etxt.exe', 'gnp.txt.exe'], ['a\u200b\ufeffb', 'ab'], ['a<b>:"|?*c', 'a_b______c'], ['a\tb', 'ab'], ['a\u00a0b', 'a b'],
  ['Ku\u0308che.txt', 'K\u00fcche.txt'], ['报告.pdf', '报告.pdf'], ['\ud800x', 'x'], ['a\ufffdb', 'ab'],
  [`${'a'.repeat(300)}.pdf`, `${'a'.repeat(116)}.pdf`], [`a.${'b'.repeat(300)}`, `a.${'b'.repeat(118)}`],
])('%j becomes %j', (written, expected) => {
  expect(safeFileName(written, 'application/octet-stream')).toBe(expected);
});

test('a name of our own has the extension of its type', () => {
  expect([safeFileName(null, 'application/pdf'), safeFileName('', 'image/png'), safeFileName('..', 'message/rfc822')]).toEqual(['attachment.pdf', 'attachment.png', 'attachment.eml']);
});

test('a number goes before the extension', () => {
  expect([numberedName('a.pdf', 2), numberedName('a', 3), numberedName('.x', 2), numberedName('a.b c d e f g h i j k l m n o', 2)]).toEqual(['a (2).pdf', 'a (3)', '.x (2)', 'a.b c d e f g h i j k l m n o (2)']);
});

test('every name is safe, and safe names stay', () => {
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ unit: fc.constantFrom('.', '/', '\\', ' ', ':', 'CON', 'a', '\u202e', '\u0308', '😀', '\0'), maxLength: 200 }));
  fc.assert(fc.property(text, (written) => {
    const name = safeFileName(written, 'x/y');
    expect(name).not.toMatch(/[\p{Cc}\p{Cf}<>:"/\\|?*]/u);
    expect(name).not.toMatch(/^[. ]|[. ]$/);
    expect(name.length).toBeGreaterThan(0);
    expect(Buffer.byteLength(numberedName(name, 200))).toBeLessThan(255);
    expect(name.isWellFormed()).toBe(true);
    expect(safeFileName(name, 'x/y')).toBe(name);
  }), { numRuns: 1000 });
});
