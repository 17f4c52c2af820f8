// The newest lines of every log channel, kept in memory for the console. Blocks (whole session transcripts) are kept as they
// come and turned into lines only when somebody looks: under load writing must cost next to nothing.
import type { Channel, LogLine } from '../../contract/records.ts';
import { isList, type Sentence, type SentenceValues, type Words } from '../../contract/sentences.ts';
import { printable } from './files.ts';

export type Level = LogLine['level'];

/** Lines that belong together: a transcript, or a single remark (session 0). Arrays of equal length. */
export interface Block {
  readonly channel: Channel;
  readonly session: number;
  readonly at: readonly number[];
  readonly text: readonly string[];
  readonly level: readonly Level[];
  /** Of lines that we composed ourselves: what they say, for consoles in another language. */
  readonly said?: readonly (Sentence | null)[];
}

interface Numbered {
  readonly first: number;
  readonly block: Block;
}

/** @param linesPerChannel lines kept of each channel; whole blocks are dropped from the oldest on */
export class LogRing {
  private next = 1;
  private readonly channels = new Map<Channel, { blocks: Numbered[]; lines: number; head: number }>();
  private readonly listeners = new Set<() => void>();
  private readonly linesPerChannel: number;

  constructor(linesPerChannel: number) {
    this.linesPerChannel = linesPerChannel;
  }

  add(block: Block): void {
    const kept = this.channels.get(block.channel) ?? { blocks: [], lines: 0, head: 0 };
    this.channels.set(block.channel, kept);
    kept.blocks.push({ first: this.next, block });
    this.next += block.text.length;
    kept.lines += block.text.length;
    while (kept.lines > this.linesPerChannel && kept.head < kept.blocks.length - 1) {
      kept.lines -= kept.blocks[kept.head]?.block.text.length ?? 0;
      kept.head += 1;
    }
    // Dropping the front one by one would copy the array every time; do it when half of it is dead.
    if (kept.head > 1000 && kept.head * 2 > kept.blocks.length) {
      kept.blocks = kept.blocks.slice(kept.head);
      kept.head = 0;
    }
    for (const listener of this.listeners) listener();
  }

  /** The number of the newest line, 0 before the first. */
  get last(): number {
    return this.next - 1;
  }

  /** Lines with a greater number than `after`, oldest first, at most `limit` of them: the newest when there are more. */
  since(after: number, channels: ReadonlySet<Channel> | null, limit: number): LogLine[] {
    const lines: LogLine[] = [];
    for (const [channel, kept] of this.channels) {
      if (channels !== null && !channels.has(channel)) continue;
      let taken = 0;
      for (let index = kept.blocks.length - 1; index >= kept.head && taken < limit; index -= 1) {
        const numbered = kept.blocks[index];
        if (numbered === undefined || numbered.first + numbered.block.text.length - 1 <= after) break;
        const { block, first } = numbered;
        for (let line = block.text.length - 1; line >= 0 && first + line > after; line -= 1) {
          const said = block.said?.[line] ?? null;
          lines.push({
            sequence: first + line, at: block.at[line] ?? 0, channel, session: block.session, text: block.text[line] ?? '', level: block.level[line] ?? 'info',
            ...(said === null ? {} : { key: said.key, params: printableValues(said.params) }),
          });
          taken += 1;
        }
      }
    }
    lines.sort((one, other) => one.sequence - other.sequence);
    return lines.length > limit ? lines.slice(-limit) : lines;
  }

  onAdd(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** Values may come from a peer, as the text does; they are cleaned only when somebody looks. */
function printableValues(values: SentenceValues): NonNullable<LogLine['params']> {
  const clean: NonNullable<LogLine['params']> = {};
  for (const [name, value] of Object.entries(values)) {
    clean[name] = typeof value === 'string' || typeof value === 'number' ? printableValue(value) : isList(value) ? value.map(printableWords) : printableWords(value);
  }
  return clean;
}

function printableWords({ key, params, text }: Words): { key: string; params: Record<string, string | number>; text: string } {
  return { key, params: Object.fromEntries(Object.entries(params).map(([name, value]) => [name, printableValue(value)])), text: printable(text) };
}

const printableValue = (value: string | number): string | number => (typeof value === 'string' ? printable(value) : value);
