// Light or dark: as the setting says, or as the system says. Forced colours (high contrast) are the style sheet's business.
import { useEffect } from 'react';
import { useFacts } from './console.ts';

export function useTheme(): void {
  const wanted = useFacts((facts) => facts.settings?.['console.theme'] ?? 'system');
  useEffect(() => {
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    const show = () => { document.documentElement.dataset['theme'] = wanted === 'system' ? (dark.matches ? 'dark' : 'light') : wanted; };
    show();
    dark.addEventListener('change', show);
    return () => dark.removeEventListener('change', show);
  }, [wanted]);
}
