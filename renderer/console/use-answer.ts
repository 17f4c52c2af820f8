// What the engine answers to one question, asked again when `version` grows. While there is no answer, or none comes, it is null.
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Api } from './connection.ts';
import { useConsole } from './console.ts';
import { problemOf, problemText } from './problem.ts';

export function useAnswer<T>(ask: (api: Api) => Promise<T>, version: number): T | null {
  const console = useConsole();
  const { t } = useTranslation();
  const [answer, setAnswer] = useState<T | null>(null);
  const latest = useRef(ask);
  useEffect(() => { latest.current = ask; });
  useEffect(() => {
    let current = true;
    Promise.resolve().then(() => latest.current(console.api())).then((found) => { if (current) setAnswer(found); }, (error: unknown) => { if (current) console.dialogs.toast('error', problemText(t, problemOf(error))); });
    return () => { current = false; };
  }, [console, t, version]);
  return answer;
}
