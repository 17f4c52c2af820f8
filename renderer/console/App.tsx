// What is on the screen: signing in, the first moments of connecting, or the console.
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { I18nProvider } from 'react-aria-components';
import { useConsole, useFacts } from './console.ts';
import { systemLanguage } from '../../core/contract/language.ts';
import { SignInPage } from './SignInPage.tsx';
import { useTheme } from './theme.ts';
import { MainWindow } from './window/MainWindow.tsx';

export function App() {
  const { connection } = useConsole();
  const state = useStore(connection.state);
  const ready = useFacts((facts) => facts.settings !== null && facts.info !== null);
  const { t, i18n } = useTranslation();
  useLanguage();
  useTheme();
  if (state.kind === 'signed-out') return <SignInPage passwordSet={state.passwordSet} because={state.because} />;
  return (
    <I18nProvider locale={i18n.language === 'id' ? 'id-ID' : 'en-GB'}>
      {ready ? <MainWindow /> : <div className="waiting" role="status">{t('connecting')}</div>}
    </I18nProvider>
  );
}

/** Follows the setting `console.language`; changes every text at once. */
function useLanguage(): void {
  const { i18n } = useTranslation();
  const wanted = useFacts((facts) => facts.settings?.['console.language'] ?? 'system');
  useEffect(() => {
    const language = wanted === 'system' ? systemLanguage(navigator.languages) : wanted;
    document.documentElement.lang = language;
    if (i18n.language !== language) void i18n.changeLanguage(language);
  }, [wanted, i18n]);
}
