// CRLF (as mail is on the wire) to LF (as Maildir and mbox are on disk) and back. Without loss: accepted mail has no bare LF,
// so every LF on disk stands for CRLF. A lone CR stays what it is in both directions.

const cr = 0x0d;
const lf = 0x0a;

/** Drops the CR of every CRLF. */
export function toLf(bytes: Buffer): Buffer {
  const result = Buffer.allocUnsafe(bytes.length);
  let from = 0;
  let to = 0;
  for (;;) {
    const end = bytes.indexOf(lf, from);
    if (end < 0) break;
    const content = end > from && bytes[end - 1] === cr ? end - 1 : end;
    to += bytes.copy(result, to, from, content);
    result[to] = lf;
    to += 1;
    from = end + 1;
  }
  to += bytes.copy(result, to, from);
  return result.subarray(0, to);
}

/** Puts a CR before every LF. */
export function toCrlf(bytes: Buffer): Buffer {
  const result = Buffer.allocUnsafe(bytes.length + countLf(bytes));
  let from = 0;
  let to = 0;
  for (;;) {
    const end = bytes.indexOf(lf, from);
    if (end < 0) break;
    to += bytes.copy(result, to, from, end);
    result[to] = cr;
    result[to + 1] = lf;
    to += 2;
    from = end + 1;
  }
  bytes.copy(result, to, from);
  return result;
}

export function countLf(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(lf); at >= 0; at = bytes.indexOf(lf, at + 1)) count += 1;
  return count;
}
