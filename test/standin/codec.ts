// Values as they cross between main and a page: what structured clone takes, as JSON; what it refuses is refused here too.
// Used in Node and, bundled, in the page.

type Wire = null | boolean | string | readonly [tag: string, ...rest: unknown[]];

export class DataCloneError extends Error {
  override readonly name = 'DataCloneError';
}

export function encode(value: unknown): string {
  return JSON.stringify(toWire(value, new Set()));
}

export function decode(text: string): unknown {
  return fromWire(JSON.parse(text) as Wire);
}

function toWire(value: unknown, above: Set<object>): Wire {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (value === undefined) return ['u'];
  if (typeof value === 'number') return ['n', String(Object.is(value, -0) ? '-0' : value)];
  if (typeof value === 'bigint') return ['b', String(value)];
  if (typeof value !== 'object') throw new DataCloneError(`${typeof value === 'symbol' ? 'A symbol' : 'A function'} could not be cloned.`);
  if (above.has(value)) throw new DataCloneError('stand-in: circular values are not modelled.');
  const within = new Set(above).add(value);
  if (Array.isArray(value)) return ['a', ...value.map((item) => toWire(item, within))];
  if (value instanceof Date) return ['d', value.getTime()];
  if (value instanceof Uint8Array) return ['x', toBase64(value)];
  if (value instanceof ArrayBuffer) return ['y', toBase64(new Uint8Array(value))];
  if (value instanceof Error) return ['e', value.name, value.message];
  if (value instanceof Map || value instanceof Set || value instanceof Promise || value instanceof RegExp) throw new DataCloneError(`stand-in: ${value.constructor.name} is not modelled or could not be cloned.`);
  // A class instance arrives without its prototype, as by structured clone.
  return ['o', Object.entries(value).map(([key, item]) => [key, toWire(item, within)])];
}

function fromWire(wire: Wire): unknown {
  if (!Array.isArray(wire)) return wire;
  const [tag, first] = wire as [string, unknown];
  switch (tag) {
    case 'u': return undefined;
    case 'n': return Number(first);
    case 'b': return BigInt(first as string);
    case 'a': return (wire.slice(1) as Wire[]).map(fromWire);
    case 'd': return new Date(first as number);
    case 'x': return fromBase64(first as string);
    case 'y': return fromBase64(first as string).buffer;
    case 'e': return Object.assign(new Error(wire[2] as string), { name: first as string });
    case 'o': return Object.fromEntries((first as [string, Wire][]).map(([key, item]) => [key, fromWire(item)]));
    default: throw new Error(`stand-in: unknown tag ${tag}`);
  }
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}
