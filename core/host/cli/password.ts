// Passwords for the command line, kept out of the list of processes: `--password -` takes the first line of standard input,
// `--password` without a value asks on the terminal and shows nothing of what is typed.
import { UsageError } from './shorthand.ts';

/** `--password` without a value becomes an option of its own: the parser wants a value after it. */
export function askInstead(args: readonly string[]): string[] {
  return args.map((arg, index) => {
    const next = args[index + 1];
    return arg === '--password' && (next === undefined || (next.startsWith('-') && next !== '-')) ? '--ask-password' : arg;
  });
}

/** @returns undefined: none was wanted */
export async function givenPassword(given: string | undefined, ask: boolean): Promise<string | undefined> {
  if (given === '-') return await firstLine();
  return ask ? await askTwice() : given;
}

/** Of standard input. */
export async function firstLine(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  const [line = ''] = text.split(/\r?\n/);
  if (line === '') throw new UsageError('Nothing came on standard input.');
  return line;
}

async function askTwice(): Promise<string> {
  if (!process.stdin.isTTY) throw new UsageError('There is no terminal to ask for the password: give it as the first line of standard input with --password -');
  // Before the first question: what is typed ahead is not shown either.
  process.stdin.setRawMode(true);
  try {
    const first = await ask('Password: ');
    if (first === '') throw new UsageError('No password was typed.');
    if (await ask('The same again: ') !== first) throw new UsageError('The two passwords are not the same.');
    return first;
  } finally {
    process.stdin.setRawMode(false);
  }
}

/** What is typed up to Enter. */
async function ask(question: string): Promise<string> {
  process.stderr.write(question);
  try {
    return await new Promise<string>((resolve, reject) => {
      let typed = '';
      const onKeys = (keys: string): void => {
        for (const key of keys) {
          if (key === '\u0003') done(() => reject(new UsageError('Nothing was changed.')));
          if (key === '\r' || key === '\n' || key === '\u0004') done(() => resolve(typed));
          typed = key === '\u007f' || key === '\b' ? typed.slice(0, -1) : typed + key;
        }
      };
      const done = (settle: () => void): void => {
        process.stdin.off('data', onKeys).pause();
        settle();
      };
      process.stdin.setEncoding('utf8').on('data', onKeys).resume();
    });
  } finally {
    process.stderr.write('\n');
  }
}
