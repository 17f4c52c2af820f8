#!/usr/bin/env node
// The `merpati` command: serve, call, and the shorthands. Everything goes through the contract, so whatever the console does
// can be scripted.
import { parseArgs } from 'node:util';
import { contract } from '../../contract/contract.ts';
import { product } from '../product.ts';
import { connect, type Client } from './connect.ts';
import { dataOption } from './data-directory.ts';
import { serve, serveHelp } from './serve.ts';
import { shorthands } from './commands.ts';
import { complain, explain, outputClosed, print } from './output.ts';
import { askInstead, givenPassword } from './password.ts';
import { UsageError } from './shorthand.ts';

function help(): string {
  const lines = Object.entries(shorthands).map(([name, { usage, about }]) => `  merpati ${`${name} ${usage}`.trim()}\n      ${about}`);
  return `${product.name} ${product.version}: a mail server that an ordinary person runs

${serveHelp}

merpati call PROCEDURE ['JSON'] [--data DIR]
      any procedure of the contract, such as: merpati call accounts.list '{"search":"dina"}'

${lines.join('\n')}

Every command takes --data DIR, and --json for programs. With a running server they act on it; without one, on the data folder.
A password on the command line can be seen by other users of this computer: --password - reads it from the first line of standard
input, --password alone asks for it on the terminal.`;
}

async function callProcedure(client: Client, [procedure = '', json = '{}']: readonly string[]): Promise<void> {
  let target: unknown = client;
  if (!/^[a-z]+\.[a-zA-Z]+$/.test(procedure)) throw new UsageError('Which procedure? For example: merpati call accounts.list');
  // An oRPC client makes a procedure of any path.
  const [group = '', name = ''] = procedure.split('.');
  if (!isProcedure(group, name)) throw new UsageError(`There is no procedure ${procedure}.`);
  for (const part of [group, name]) target = (target as Record<string, unknown>)[part];
  let input: unknown;
  try {
    input = JSON.parse(json === '-' ? await readInput() : json);
  } catch {
    throw new UsageError(`This is no JSON: ${json}`);
  }
  const gone = outputClosed();
  try {
    const result: unknown = await (target as (input: unknown, options: { signal: AbortSignal }) => Promise<unknown>)(input, { signal: gone });
    if (typeof result === 'object' && result !== null && Symbol.asyncIterator in result) {
      for await (const event of result as AsyncIterable<unknown>) print(JSON.stringify(event));
    } else {
      print(JSON.stringify(result, null, 2));
    }
  } catch (error) {
    if (!gone.aborted) throw error;
  }
}

function isProcedure(group: string, name: string): boolean {
  return Object.entries(contract).some(([one, procedures]) => one === group && Object.keys(procedures).includes(name));
}

async function readInput(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) text += String(chunk);
  return text;
}

async function main(args: readonly string[]): Promise<number> {
  const [first, ...rest] = args;
  if (first === undefined || first === 'help' || first === '--help' || first === '-h') {
    print(help());
    return first === undefined ? 2 : 0;
  }
  if (first === '--version') {
    print(product.version);
    return 0;
  }
  if (first === 'serve') {
    if (rest.includes('--help')) {
      print(serveHelp);
      return 0;
    }
    return serve(rest);
  }
  const { values, positionals } = parseArgs({
    args: askInstead(args), allowPositionals: true, strict: true,
    options: {
      ...dataOption, 'ask-password': { type: 'boolean' }, json: { type: 'boolean', default: false }, password: { type: 'string' }, name: { type: 'string' }, notes: { type: 'string' }, ip: { type: 'string' },
      file: { type: 'string' }, format: { type: 'string' }, directory: { type: 'string' }, apop: { type: 'boolean' }, extract: { type: 'boolean' },
      follow: { type: 'boolean', short: 'f' }, 'keep-mail': { type: 'boolean' }, channel: { type: 'string' }, sender: { type: 'string' }, tls: { type: 'string' }, user: { type: 'string' },
    },
  });
  const [word = '', second = '', ...words] = positionals;
  const isCall = word === 'call';
  const pair = shorthands[`${word} ${second}`];
  const single = shorthands[word];
  if (!isCall && pair === undefined && single === undefined) throw new UsageError(`There is no command ${`${word} ${second}`.trim()}. See: merpati help`);
  const password = await givenPassword(values.password, values['ask-password'] === true || (`${word} ${second}` === 'console password' && values.password === undefined));
  const connection = await connect(values.data);
  const { client, running } = connection;
  try {
    const flags = { ...values, password, keepMail: values['keep-mail'] };
    const work = isCall ? callProcedure(client, [second, ...words])
      : pair !== undefined ? pair.run(client, words, flags, running)
        : single?.run(client, second === '' ? [] : [second, ...words], flags, running);
    await Promise.race([work, connection.lost]);
  } finally {
    await connection.close();
  }
  // A shorthand may have said that it went badly, such as a test.
  return typeof process.exitCode === 'number' ? process.exitCode : 0;
}

// Whoever read what we print may be gone (`merpati logs | head`, a log pipe that ended): that ends no mail server.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const wrongWords = error instanceof UsageError || (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
  complain(wrongWords && error instanceof Error ? error.message : explain(error));
  process.exitCode = wrongWords ? 2 : 1;
}
