import { en } from './en.ts';
import { zh } from './zh.ts';

/** A language of the command line. */
export type Lang = 'en' | 'zh';

/** A sentence of the catalogue. */
export type MessageKey = keyof typeof en;

/** Says a sentence: `{name}` is filled from the parameters. */
export type Say = (key: MessageKey, parameters?: Readonly<Record<string, string | number>>) => string;

const CATALOGUES: Readonly<Record<Lang, Readonly<Record<MessageKey, string>>>> = { en, zh };

/** The language: --lang, HOLDFAST_LANG, then the locale. Anything that is not Chinese is English. */
export function chooseLang(flag: string | undefined, env: Readonly<Record<string, string | undefined>>): Lang {
  const named = flag || env['HOLDFAST_LANG'] || env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '';
  return named.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** The sentences of one language. */
export function sayIn(lang: Lang): Say {
  const catalogue = CATALOGUES[lang];
  return (key, parameters = {}) =>
    catalogue[key].replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole));
}
