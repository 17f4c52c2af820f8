// What happens to an error that nobody caught. A rejected promise is a bug of one session: it is logged and the rest goes on.
// A thrown error may have left anything half done: it is logged and the process ends, to be started again on a sound footing
// (what was accepted is on disk).
import { sentence, type Remark } from '../contract/sentences.ts';
import type { Level } from './log/ring.ts';

export function installLastResort(note: (remark: Remark, level: Level) => void, end: () => Promise<void>): void {
  const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.on('unhandledRejection', (reason) => note(sentence('say.unexpected', { cause: describe(reason) }), 'error'));
  process.on('uncaughtException', (error) => {
    note(sentence('say.unexpected.end', { cause: describe(error) }), 'error');
    const deadline = setTimeout(() => process.exit(70), 3000);
    void end().catch(() => undefined).then(() => {
      clearTimeout(deadline);
      process.exit(70);
    });
  });
}
