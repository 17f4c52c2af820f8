// Checks values in the page with the very schemas the engine checks with, so that an error shows while it is typed.
import type { z } from 'zod';
import type { Issue } from '../../core/contract/contract.ts';

/** Codes are the messages of our schemas: `domain.illegal`. Anything else is zod's own English. */
const isCode = (message: string) => /^[a-z]+([.-][a-z]+)*$/.test(message);

/** Problems of `value`, with `prefix` before the path as the field's name. */
export function check(schema: z.ZodType, value: unknown, prefix = ''): Issue[] {
  const result = schema.safeParse(value);
  if (result.success) return [];
  return result.error.issues.map((issue) => ({
    field: [prefix, ...issue.path.map(String)].filter((part) => part !== '').join('.'),
    code: isCode(issue.message) ? issue.message : 'value.illegal',
    message: issue.message,
    params: limitsOf(issue),
  }));
}

function limitsOf(issue: object): Record<string, number> {
  const limits: Record<string, number> = {};
  if ('minimum' in issue && typeof issue.minimum === 'number') limits['minimum'] = issue.minimum;
  if ('maximum' in issue && typeof issue.maximum === 'number') limits['maximum'] = issue.maximum;
  return limits;
}
