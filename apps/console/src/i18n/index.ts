import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

import type { Texts } from './en.ts';

/** The languages of the console. */
export const LANGUAGES = ['en', 'zh'] as const;
/** One of them. */
export type Language = (typeof LANGUAGES)[number];

const COOKIE = 'holdfast_lang';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'console';
    resources: { console: Texts };
  }
}

const LOADERS: Readonly<Record<Language, () => Promise<Texts>>> = {
  en: async () => (await import('./en.ts')).en,
  zh: async () => (await import('./zh.ts')).zh,
};

/** The language that was chosen here or on the log-in page, else the browser's. */
export function initialLanguage(cookie: string, preferred: readonly string[]): Language {
  const kept = new RegExp(`(?:^|;\\s*)${COOKIE}=(\\w+)`).exec(cookie)?.[1];
  if (kept === 'en' || kept === 'zh') return kept;
  return preferred[0]?.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** Loads the texts of one language and makes them the ones that are shown. */
export async function startTexts(language: Language): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    defaultNS: 'console',
    ns: ['console'],
    resources: { [language]: { console: await LOADERS[language]() } },
    // React escapes what it shows.
    interpolation: { escapeValue: false },
    keySeparator: '.',
  });
  document.documentElement.lang = htmlLanguage(language);
}

/** Shows another language from now on, here and on the log-in page. */
export async function changeLanguage(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, 'console')) {
    i18next.addResourceBundle(language, 'console', await LOADERS[language]());
  }
  document.cookie = `${COOKIE}=${language}; Path=/; Max-Age=31536000; SameSite=Lax`;
  document.documentElement.lang = htmlLanguage(language);
  await i18next.changeLanguage(language);
}

function htmlLanguage(language: Language): string {
  return language === 'zh' ? 'zh-CN' : 'en';
}
