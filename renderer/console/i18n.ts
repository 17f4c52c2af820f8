// Texts in English and Indonesian, all of them in the bundle. Keys are flat. Titles and helps of settings are declared with the
// settings in English (core/contract/settings.ts); their Indonesian ones are in locales/id/settings.json.
import { createInstance, type i18n as I18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from '../../core/contract/language.ts';
import { settingInfo, settingNames } from '../../core/contract/settings.ts';
import enTraceKinds from '../../core/contract/locales/en/trace.json';
import idTraceKinds from '../../core/contract/locales/id/trace.json';
import enInternetGuide from '../locales/en/internet-guide.json';
import idInternetGuide from '../locales/id/internet-guide.json';
import enQueues from '../locales/en/queues.json';
import enTrace from '../locales/en/trace.json';
import idQueues from '../locales/id/queues.json';
import idTrace from '../locales/id/trace.json';
import enCommands from '../../core/contract/locales/en/commands.json';
import enReasons from '../../core/contract/locales/en/reasons.json';
import enReplies from '../../core/contract/locales/en/replies.json';
import enSteps from '../../core/contract/locales/en/steps.json';
import enWords from '../../core/contract/locales/en/words.json';
import enConsole from '../locales/en/console.json';
import enDialogs from '../locales/en/dialogs.json';
import enErrors from '../locales/en/errors.json';
import enGuide from '../locales/en/guide.json';
import enInternet from '../locales/en/internet.json';
import enVerdicts from '../../core/contract/locales/en/verdicts.json';
import enOptions from '../locales/en/options.json';
import idCommands from '../../core/contract/locales/id/commands.json';
import idReasons from '../../core/contract/locales/id/reasons.json';
import idReplies from '../../core/contract/locales/id/replies.json';
import idSteps from '../../core/contract/locales/id/steps.json';
import idWords from '../../core/contract/locales/id/words.json';
import idConsole from '../locales/id/console.json';
import idDialogs from '../locales/id/dialogs.json';
import idErrors from '../locales/id/errors.json';
import idGuide from '../locales/id/guide.json';
import idLog from '../../core/contract/locales/id/log.json';
import idInternet from '../locales/id/internet.json';
import idVerdicts from '../../core/contract/locales/id/verdicts.json';
import idOptions from '../locales/id/options.json';
import idSettings from '../locales/id/settings.json';


/** English titles and helps under the keys that the Indonesian file uses. */
export function englishSettings(): Record<string, string> {
  return Object.fromEntries(settingNames.flatMap((name) => {
    const { title, help } = settingInfo(name);
    return [[`setting.${name}.title`, title], [`setting.${name}.help`, help]];
  }));
}

export const texts: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  en: { ...enConsole, ...enCommands, ...enDialogs, ...enErrors, ...enGuide, ...enOptions, ...enInternetGuide, ...enQueues, ...enTrace, ...enTraceKinds, ...enVerdicts, ...enInternet, ...enReasons, ...enReplies, ...enSteps, ...enWords, ...englishSettings() },
  // Sentences of the log come from the engine in English, with the key of their translation.
  id: { ...idConsole, ...idCommands, ...idDialogs, ...idErrors, ...idGuide, ...idLog, ...idOptions, ...idInternetGuide, ...idQueues, ...idTrace, ...idTraceKinds, ...idVerdicts, ...idInternet, ...idReasons, ...idReplies, ...idSettings, ...idSteps, ...idWords },
};

export async function startTexts(language: Language): Promise<I18n> {
  const instance = createInstance();
  await instance.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: { en: { translation: texts.en }, id: { translation: texts.id } },
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
  });
  return instance;
}

/** The language of an i18next instance, as one of ours. */
export const languageOf = (tag: string): Language => (tag === 'id' ? 'id' : 'en');
