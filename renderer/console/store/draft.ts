// What a dialog edits: a copy of the values with what is wrong with them, what changed, and how saving went.
// A conflict (somebody else saved meanwhile) is settled here too: load anew, put the reader's changes on top, let them look.
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Issue } from '../../../core/contract/contract.ts';
import { problemOf, type Problem } from '../problem.ts';

export interface DraftState<T extends object> {
  readonly original: T;
  readonly values: T;
  /** By field name, the first problem of each. */
  readonly errors: ReadonlyMap<string, Issue>;
  /** What concerns no field of this dialog. */
  readonly problem: Problem | null;
  readonly busy: boolean;
}

export interface Draft<T extends object> extends StoreApi<DraftState<T>> {
  readonly change: (values: Partial<T>) => void;
  readonly changes: () => Partial<T>;
  readonly isDirty: () => boolean;
  /** Checks all, then saves. @returns whether it was saved */
  readonly save: (work: (values: T, changes: Partial<T>) => Promise<T>) => Promise<boolean>;
  /** Other values from the engine; what was edited here stays on top unless `drop`. */
  readonly rebase: (original: T, drop?: boolean) => void;
  readonly dismiss: () => void;
}

/**
 * @param checkFields problems of the named fields, or of all of them when none are named
 * @param judgedWith the field and those whose rightness hangs on it
 */
export function createDraft<T extends object>(
  original: T, checkFields: (values: T, fields: readonly string[] | null) => readonly Issue[], judgedWith: (field: string) => readonly string[] = (field) => [field],
): Draft<T> {
  const store = createStore<DraftState<T>>(() => ({ original, values: original, errors: new Map(), problem: null, busy: false }));
  const changesOf = ({ original: before, values }: DraftState<T>): Partial<T> => {
    const changed: Partial<T> = {};
    for (const key of keysOf(values)) if (JSON.stringify(values[key]) !== JSON.stringify(before[key])) changed[key] = values[key];
    return changed;
  };
  const fail = (problem: Problem) => {
    if (problem.kind !== 'fields') { store.setState({ problem }); return; }
    const own = new Set<string>(keysOf(store.getState().values).map(String));
    const strangers = problem.issues.filter((issue) => !own.has(issue.field));
    store.setState({ errors: byField(problem.issues.filter((issue) => own.has(issue.field))), problem: strangers.length === 0 ? null : { kind: 'fields', issues: strangers } });
  };
  return {
    ...store,
    change(values) {
      store.setState((state) => {
        const next = { ...state.values, ...values };
        const fields = [...new Set(Object.keys(values).flatMap(judgedWith))];
        const errors = new Map([...state.errors].filter(([field]) => !fields.includes(field)));
        for (const [field, issue] of byField(checkFields(next, fields))) errors.set(field, issue);
        return { values: next, errors, problem: null };
      });
    },
    changes: () => changesOf(store.getState()),
    isDirty: () => Object.keys(changesOf(store.getState())).length > 0,
    async save(work) {
      const { values } = store.getState();
      const issues = checkFields(values, null);
      if (issues.length > 0) { fail({ kind: 'fields', issues }); return false; }
      store.setState({ busy: true, problem: null, errors: new Map() });
      try {
        const saved = await work(values, changesOf(store.getState()));
        store.setState({ original: saved, values: saved });
        return true;
      } catch (error) {
        fail(problemOf(error));
        return false;
      } finally {
        store.setState({ busy: false });
      }
    },
    rebase(fresh, drop = false) {
      const kept = drop ? {} : changesOf(store.getState());
      store.setState({ original: fresh, values: { ...fresh, ...kept }, problem: null });
    },
    dismiss: () => store.setState({ problem: null }),
  };
}

const keysOf = <T extends object>(values: T): (keyof T)[] => Object.keys(values) as (keyof T)[];

function byField(issues: readonly Issue[]): Map<string, Issue> {
  const map = new Map<string, Issue>();
  for (const issue of issues) if (!map.has(issue.field)) map.set(issue.field, issue);
  return map;
}
