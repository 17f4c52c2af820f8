// Reads test/transcripts/smtp-*.txt, one rule a file. A line is one of
//   # a remark                    what the rule is, with its RFC
//   @ maxRecipients 2             an option or a switch of the backend
//   C: text                       a line of the client, CR LF is added
//   C> text                       the same without CR LF
//   S: text                       a line of the server
//   M: from > to, to              a message that must have been kept, its lines follow:
//   M| text
// In all of them \r \n \t \0 \\ and \xHH are the usual octets, and \{text*9} repeats text 9 times.

export interface Transcript {
  readonly options: ReadonlyMap<string, string>;
  readonly client: Buffer;
  readonly server: readonly string[];
  readonly messages: readonly { readonly envelope: string; readonly content: string }[];
}

export function readTranscript(text: string): Transcript {
  const options = new Map<string, string>();
  const client: Buffer[] = [];
  const server: string[] = [];
  const messages: { envelope: string; content: string }[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const kind = line.slice(0, 2);
    const rest = line.slice(3);
    if (line === '' || kind[0] === '#') continue;
    if (kind[0] === '@') {
      const [name = '', ...value] = line.slice(2).split(' ');
      options.set(name, value.join(' '));
    } else if (kind === 'C:') client.push(octets(`${rest}\\r\\n`));
    else if (kind === 'C>') client.push(octets(rest));
    else if (kind === 'S:') server.push(rest);
    else if (kind === 'M:') messages.push({ envelope: rest, content: '' });
    else if (kind === 'M|' && messages.length > 0) messages[messages.length - 1]!.content += octets(`${rest}\\r\\n`).toString('latin1');
    else throw new Error(`line ${index + 1} is none of a transcript: ${line}`);
  }
  return { options, client: Buffer.concat(client), server, messages };
}

export function octets(text: string): Buffer {
  const repeated = text.replace(/\\\{(.*?)\*(\d+)\}/g, (_all, part: string, times: string) => part.repeat(Number(times)));
  const parts = repeated.split(/(\\(?:[rnt0\\]|x[0-9a-fA-F]{2}))/);
  const named: Record<string, number> = { r: 13, n: 10, t: 9, 0: 0, '\\': 92 };
  return Buffer.concat(parts.map((part, index) => (index % 2 === 0 ? Buffer.from(part) : Buffer.from([named[part[1]!] ?? parseInt(part.slice(2), 16)]))));
}
