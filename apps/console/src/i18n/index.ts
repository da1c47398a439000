import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

import type { FirstTexts, MoreTexts, Texts } from './en.ts';

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

const FIRST: Readonly<Record<Language, () => Promise<FirstTexts>>> = {
  en: async () => (await import('./en/first.ts')).first,
  zh: async () => (await import('./zh/first.ts')).first,
};
const MORE: Readonly<Record<Language, () => Promise<MoreTexts>>> = {
  en: async () => (await import('./en/more.ts')).more,
  zh: async () => (await import('./zh/more.ts')).more,
};
/** Whether a page was come to that shows more than the first texts. */
let wantsMore = false;
let shown: Language = 'en';
const hasMore = new Set<Language>();

/** The language that was chosen here or on the log-in page, else the browser's. */
export function initialLanguage(cookie: string, preferred: readonly string[]): Language {
  const kept = new RegExp(`(?:^|;\\s*)${COOKIE}=(\\w+)`).exec(cookie)?.[1];
  if (kept === 'en' || kept === 'zh') return kept;
  return preferred[0]?.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** Loads the first texts of one language and makes them the ones that are shown. */
export async function startTexts(language: Language): Promise<void> {
  shown = language;
  const [first, more] = await Promise.all([FIRST[language](), wantsMore ? MORE[language]() : {}]);
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    defaultNS: 'console',
    ns: ['console'],
    resources: { [language]: { console: { ...first, ...more } } },
    // React escapes what it shows.
    interpolation: { escapeValue: false },
    keySeparator: '.',
  });
  document.documentElement.lang = htmlLanguage(language);
  if (wantsMore) await addMore(language);
}

/**
 * Loads a page together with the texts that only such pages show. They are there when it is first shown.
 *
 * @throws whatever loading throws, where the server is away.
 */
export async function withMoreTexts<Module>(page: Promise<Module>): Promise<Module> {
  wantsMore = true;
  // Before the first texts are there, startTexts adds these to them.
  const [loaded] = await Promise.all([page, i18next.isInitialized ? addMore(shown) : undefined]);
  return loaded;
}

/** Shows another language from now on, here and on the log-in page. */
export async function changeLanguage(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, 'console')) {
    i18next.addResourceBundle(language, 'console', await FIRST[language]());
  }
  if (wantsMore) await addMore(language);
  document.cookie = `${COOKIE}=${language}; Path=/; Max-Age=31536000; SameSite=Lax`;
  document.documentElement.lang = htmlLanguage(language);
  shown = language;
  await i18next.changeLanguage(language);
}

async function addMore(language: Language): Promise<void> {
  if (hasMore.has(language)) return;
  i18next.addResourceBundle(language, 'console', await MORE[language](), true);
  hasMore.add(language);
}

function htmlLanguage(language: Language): string {
  return language === 'zh' ? 'zh-CN' : 'en';
}
