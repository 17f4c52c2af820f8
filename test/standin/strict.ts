// Classes of the stand-in: asking for a member that is not modelled throws its name (a prototype at the end of the chain does), and
// only known events can be listened to.
import { EventEmitter } from 'node:events';
import { ignored, missing } from './strict-module.ts';

/** A base class with the methods of EventEmitter that throws on unknown members and unknown events. */
export function strictEmitter(name: string, events: readonly string[]): new () => EventEmitter {
  const known = new Set<string | symbol>([...events, 'newListener', 'removeListener']);
  const check = (event: string | symbol): void => {
    if (!known.has(event)) throw new Error(`stand-in: ${name} has no event ${String(event)}`);
  };
  const end = new Proxy({}, {
    get(target, member) {
      if (typeof member === 'string' && !(member in Object.prototype) && !ignored.has(member)) throw missing(name, member);
      return Reflect.get(target, member) as unknown;
    },
  });
  const methods = Object.getOwnPropertyDescriptors(EventEmitter.prototype) as PropertyDescriptorMap;
  function Base(this: EventEmitter): void {
    (EventEmitter as unknown as (this: EventEmitter) => void).call(this);
  }
  Base.prototype = Object.create(end, { ...methods, constructor: { value: Base } }) as object;
  for (const method of ['on', 'once', 'addListener', 'prependListener'] as const) {
    (Base.prototype as EventEmitter)[method] = function checked(this: EventEmitter, event: string | symbol, listener: (...args: never[]) => void) {
      check(event);
      return (EventEmitter.prototype[method] as (this: EventEmitter, event: string | symbol, listener: unknown) => EventEmitter).call(this, event, listener);
    };
  }
  return Base as unknown as new () => EventEmitter;
}

/** Options of a constructor that are modelled or harmless; any other one throws. */
export function checkOptions(name: string, options: object, known: readonly string[]): void {
  for (const option of Object.keys(options)) if (!known.includes(option)) throw new Error(`stand-in: ${name} option ${option} is not there`);
}

/** Emits with an event that can be prevented. */
export function isPrevented(emit: (event: { preventDefault(): void }) => unknown): boolean {
  const state = { prevented: false };
  emit({
    preventDefault() {
      state.prevented = true;
    },
  });
  return state.prevented;
}
