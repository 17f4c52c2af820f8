// Asking a module of the stand-in for a member that is not modelled throws its name. Used in Node and, bundled, in the page.

/** Asked by the language and by tools, not by the program. */
export const ignored: ReadonlySet<string> = new Set(['then', 'toJSON', 'constructor', 'prototype', 'asymmetricMatch', 'nodeType', '$$typeof', 'inspect']);

export function missing(name: string, member: string): Error {
  return new Error(`stand-in: ${name}.${member} is not there`);
}

/** A module such as `dialog`: members may be replaced by a test, as on Electron. */
export function strictModule<T extends object>(name: string, members: T): T {
  return new Proxy(members, {
    get(target, member) {
      if (typeof member === 'string' && !(member in target) && !ignored.has(member)) throw missing(name, member);
      return Reflect.get(target, member) as unknown;
    },
  });
}
