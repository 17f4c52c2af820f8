// What a refused call means for a person: which fields are wrong, that somebody else was faster, or that it could not be done.
// Texts come from the locale files by the code of the issue; an unknown code falls back to the engine's English sentence.
import { ORPCError } from '@orpc/client';
import type { TFunction } from 'i18next';
import { issue as issueSchema, type Issue } from '../../core/contract/contract.ts';
import { NotConnected } from './connection.ts';

export type Problem =
  | { readonly kind: 'fields'; readonly issues: readonly Issue[] }
  | { readonly kind: 'refused'; readonly issue: Issue }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'offline' }
  | { readonly kind: 'internal'; readonly message: string };

export function problemOf(error: unknown): Problem {
  if (error instanceof NotConnected) return { kind: 'offline' };
  if (!(error instanceof ORPCError)) return { kind: isClosedLink(error) ? 'offline' : 'internal', message: error instanceof Error ? error.message : String(error) };
  const data: unknown = error.data;
  switch (error.code) {
    case 'INVALID': return { kind: 'fields', issues: issuesOf(data) };
    case 'REFUSED': {
      const parsed = issueSchema.safeParse(data);
      return parsed.success ? { kind: 'refused', issue: parsed.data } : { kind: 'internal', message: error.message };
    }
    case 'CONFLICT': return { kind: 'conflict' };
    case 'NOT_FOUND': return { kind: 'not-found' };
    case 'FORBIDDEN': case 'UNAUTHORIZED': return { kind: 'forbidden' };
    default: return { kind: 'internal', message: error.message };
  }
}

/** The adapters throw plain errors when the other side goes while a call is under way. */
const isClosedLink = (error: unknown) => error instanceof Error && (error.name === 'AbortError' || /not open|closed/i.test(error.message));

function issuesOf(data: unknown): Issue[] {
  if (typeof data !== 'object' || data === null || !('issues' in data) || !Array.isArray(data.issues)) return [];
  return data.issues.flatMap((entry: unknown) => {
    const parsed = issueSchema.safeParse(entry);
    return parsed.success ? [parsed.data] : [];
  });
}

export function issueText(t: TFunction, issue: Issue): string {
  const text = t(`error.${issue.code}${limitSuffix(issue)}`, { ...issue.params, defaultValue: '' });
  return text === '' ? issue.message : text;
}

/** A number out of range knows the limit that it broke, not the other one. */
function limitSuffix({ code, params }: Issue): string {
  if (code !== 'number.range' || ('minimum' in params && 'maximum' in params)) return '';
  return 'minimum' in params ? '.min' : '.max';
}

export function problemText(t: TFunction, problem: Problem): string {
  switch (problem.kind) {
    case 'fields': return problem.issues.map((issue) => issueText(t, issue)).join('\n');
    case 'refused': return issueText(t, problem.issue);
    case 'conflict': return t('problem.conflict');
    case 'not-found': return t('problem.not-found');
    case 'forbidden': return t('problem.forbidden');
    case 'offline': return t('problem.offline');
    case 'internal': return t('problem.internal', { message: problem.message });
  }
}
