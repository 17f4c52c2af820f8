// Entry of the worker threads: the second hand of the store, and the trace's own. Started by hand.ts; the build makes store-worker.js
// of it.
import { parentPort, workerData } from 'node:worker_threads';
import { codeOf, reason } from '../failures.ts';
import { openReader } from '../sqlite.ts';
import type { Db } from '../sqlite.ts';
import { backup, checkpoint, findDamage } from './upkeep.ts';
import { clearPlace, copyFiles, copyMessages, erasePlace } from './move.ts';
import { placeItems, readMessage, removeMessages, syncMessages } from './place.ts';
import { scanPlace } from './scan.ts';
import { Shelves } from './shelves.ts';
import { traceHandlers } from '../trace/handlers.ts';
import type { Answer, Request, TaskName, Tasks, WorkerStart } from './tasks.ts';

type Handlers = { readonly [K in TaskName]: (input: Tasks[K]['input']) => Tasks[K]['output'] };

function handlersFor(db: Db, shelves: Shelves): Handlers {
  return {
    place: placeItems(db, shelves),
    sync: (input) => syncMessages(shelves, input),
    remove: (input) => removeMessages(shelves, input),
    scan: scanPlace(db, shelves),
    read: (input) => readMessage(shelves, input),
    copy: (input) => copyMessages(shelves, input),
    copyFiles,
    clear: clearPlace(db, shelves),
    erase: (input) => erasePlace(shelves, input),
    checkpoint: () => checkpoint(db),
    backup: backup(db),
    check: () => findDamage(db),
  };
}

function answerTo(handlers: ReadonlyMap<string, unknown>, { id, name, input }: Request): Answer {
  try {
    const handler = handlers.get(name) as (input: unknown) => unknown;
    return { id, ok: true, output: handler(input) };
  } catch (error) {
    return { id, ok: false, code: codeOf(error), message: reason(error) };
  }
}

const { work, file } = workerData as WorkerStart;
const handlers = new Map(Object.entries(work === 'trace' ? traceHandlers(file) : handlersFor(openReader(file), new Shelves())));
parentPort?.on('message', (request: Request) => parentPort?.postMessage(answerTo(handlers, request)));
