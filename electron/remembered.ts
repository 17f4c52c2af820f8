// What the shell remembers from one start to the next: language and look before the engine can say them, whether the hint about the
// tray was given, where the window stood. A small JSON file in the profile; damaged or missing means: as at first.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const schema = z.object({
  language: z.enum(['en', 'id']).nullable().catch(null),
  theme: z.enum(['system', 'light', 'dark']).catch('system'),
  closeHintGiven: z.boolean().catch(false),
  bounds: z.object({ x: z.int(), y: z.int(), width: z.int().min(200), height: z.int().min(150) }).nullable().catch(null),
  maximized: z.boolean().catch(false),
});
export type Remembered = z.output<typeof schema>;

export class Memory {
  readonly #file: string;
  #values: Remembered;

  constructor(file: string) {
    this.#file = file;
    this.#values = schema.parse(read(file));
  }

  get values(): Remembered {
    return this.#values;
  }

  remember(changes: Partial<Remembered>): void {
    const next = { ...this.#values, ...changes };
    if (JSON.stringify(next) === JSON.stringify(this.#values)) return;
    this.#values = next;
    try {
      mkdirSync(dirname(this.#file), { recursive: true });
      writeFileSync(`${this.#file}.new`, JSON.stringify(next));
      renameSync(`${this.#file}.new`, this.#file);
    } catch (error) {
      // A courtesy only: a full disk must not stop the shell.
      console.error(`Could not remember the window: ${String(error)}`);
    }
  }
}

function read(file: string): unknown {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
