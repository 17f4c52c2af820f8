// What accounts' owners type into their mail clients, asked from the engine for some accounts at once.
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClientSettings } from '../../../core/contract/records.ts';
import { useConsole, useFacts } from '../console.ts';
import { problemOf, problemText } from '../problem.ts';

export function useClientSettings(ids: readonly number[]): { cards: readonly ClientSettings[]; failure: string | null } {
  const console = useConsole();
  const { t } = useTranslation();
  const version = useFacts((facts) => facts.versions.settings + facts.versions.domains);
  const [state, setState] = useState<{ cards: readonly ClientSettings[]; failure: string | null }>({ cards: [], failure: null });
  const wanted = ids.join(',');
  useEffect(() => {
    let current = true;
    const ask = async () => {
      const numbers = wanted === '' ? [] : wanted.split(',').map(Number);
      return Promise.all(numbers.map((id) => console.api().accounts.clientSettings({ id })));
    };
    ask().then(
      (cards) => { if (current) setState({ cards, failure: null }); },
      (error: unknown) => { if (current) setState({ cards: [], failure: problemText(t, problemOf(error)) }); },
    );
    return () => { current = false; };
  }, [console, wanted, version, t]);
  return state;
}

/** Prints what stands in the PrintArea; the style sheet leaves everything else out. */
export function printCards(): void {
  window.print();
}
