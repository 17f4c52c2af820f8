// What every procedure needs: the contract with the caller as context, and how errors of the store reach the console.
import { implement, ORPCError } from '@orpc/server';
import { contract, type Issue } from '../../contract/contract.ts';
import { StoreError } from '../../store/errors.ts';
import { asStoreError } from '../../store/failures.ts';
import type { Actor } from '../../store/store.ts';
import { Refusal } from '../refusal.ts';
import type { Gate } from './gate.ts';

/** Who calls. Only the host says so: the desktop, a signed-in browser, or the owner of the data folder by the local socket. */
export interface Caller {
  readonly transport: 'desktop' | 'browser' | 'local';
  readonly who: string;
  readonly from: string;
  /** Of a browser: its session, by an id that opens nothing. */
  readonly session?: string;
  /** Of a connection: its calls go through it. */
  readonly gate?: Gate;
}

export const api = implement(contract).$context<Caller>();

/** Before every procedure. */
export const inTurn = api.middleware(async ({ context, next }) => {
  const leave = await context.gate?.enter();
  try {
    return await next();
  } finally {
    leave?.();
  }
});

export const actorOf = (caller: Caller): Actor => ({ who: caller.who, from: caller.from });

/** The errors object that oRPC hands to a handler, as far as needed here. */
interface Errors {
  INVALID(options: { message?: string; data: { issues: Issue[] } }): Error;
  CONFLICT(options: { data: { revision: number } }): Error;
  NOT_FOUND(): Error;
  REFUSED(options: { message?: string; data: Issue }): Error;
}

/** Store errors about one field are the input's fault; the rest say what could not be done. */
export function throwable(thrown: unknown, errors: Errors, revision: () => number): unknown {
  const error = asStoreError(thrown);
  if (!(error instanceof StoreError || error instanceof Refusal)) return error;
  const issue: Issue = { field: error.field, code: error.code, message: error.message, params: { ...error.params } };
  if (error.code === 'conflict') return errors.CONFLICT({ data: { revision: revision() } });
  if (error.code === 'not-found') return errors.NOT_FOUND();
  return error.field === '' ? errors.REFUSED({ message: error.message, data: issue }) : errors.INVALID({ message: error.message, data: { issues: [issue] } });
}

/** Runs `work`, turning store errors into the contract's. */
export async function orRefuse<T>(errors: Errors, work: () => T | Promise<T>, revision: () => number = () => 0): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw throwable(error, errors, revision);
  }
}

/** The same for procedures that name no errors of their own. @returns null: nobody expected it */
export function refusal(thrown: unknown): ORPCError<'REFUSED', Issue> | null {
  const error = asStoreError(thrown);
  if (!(error instanceof StoreError || error instanceof Refusal)) return null;
  return new ORPCError('REFUSED', { defined: true, status: 400, message: error.message, data: { field: error.field, code: error.code, message: error.message, params: { ...error.params } } });
}

interface SchemaIssue { readonly message: string; readonly path?: readonly PropertyKey[]; readonly code?: string; readonly minimum?: unknown; readonly maximum?: unknown }

/** Input that the contract's schema refuses arrives as BAD_REQUEST with schema issues: give it the shape of INVALID. */
export function readableValidation(error: unknown): unknown {
  if (!(error instanceof ORPCError) || error.code !== 'BAD_REQUEST') return error;
  const cause: unknown = error.cause;
  if (typeof cause !== 'object' || cause === null || !('issues' in cause) || !Array.isArray(cause.issues)) return error;
  const issues = (cause.issues as SchemaIssue[]).map((one): Issue => {
    const field = (one.path ?? []).map(String).filter((part) => part !== 'value' && part !== 'changes').join('.');
    const params: Issue['params'] = {};
    if (typeof one.minimum === 'number') params['minimum'] = one.minimum;
    if (typeof one.maximum === 'number') params['maximum'] = one.maximum;
    return { field, code: /^[a-z]+[a-z.-]*$/.test(one.message) ? one.message : 'value.illegal', message: one.message, params };
  });
  return new ORPCError('INVALID', { defined: true, status: 422, message: 'Some values are not valid.', data: { issues } });
}
