// The decisions on the way of a message in words: kind, facts, English sentence. "Explain this route" shows them; the sentences
// of both languages stand in core/contract/locales/*/steps.json.
import english from '../../contract/locales/en/steps.json' with { type: 'json' };
import { fillIn } from '../../contract/fill-in.ts';
import type { RouteStepRecord } from '../../contract/records.ts';

export type StepKind = keyof typeof english extends `step.${infer Kind}` ? Kind : never;
type Facts = Readonly<Record<string, string | number>>;

export function step(kind: StepKind, facts: Facts = {}, level: RouteStepRecord['level'] = 'info'): RouteStepRecord {
  return { kind, facts: { ...facts }, text: fillIn(english[`step.${kind}`], facts), level };
}
