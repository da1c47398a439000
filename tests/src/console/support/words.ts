import { en } from '../../../../apps/console/src/i18n/en.ts';
import { zh } from '../../../../apps/console/src/i18n/zh.ts';

/** The languages of the console. */
export type Language = 'en' | 'zh';
/** Both of them: everything is shown in each. */
export const LANGUAGES = ['en', 'zh'] as const;
/** What a browser of a reader of each asks for. */
export const LOCALES = { en: 'en-US', zh: 'zh-CN' } as const;

type Tree = { readonly [key: string]: string | Tree };
type Path<T> = {
  [Key in keyof T & string]: T[Key] extends string ? Key : `${Key}.${Path<T[Key]>}`;
}[keyof T & string];
/** The key of a text of the console, such as `run.answer.reason`. */
export type TextKey = Path<typeof en>;
/** Gives a text of the console with its variables filled in. */
export type Words = (key: TextKey, variables?: Readonly<Record<string, string | number>>) => string;

/** The texts of one language, as the page shows them. @throws Error where there is no such text */
export function wordsOf(language: Language): Words {
  const tree: Tree = language === 'zh' ? zh : en;
  return (key, variables = {}) => {
    let found: string | Tree | undefined = tree;
    for (const name of key.split('.')) found = typeof found === 'object' ? found[name] : undefined;
    if (typeof found !== 'string') throw new Error(`The console has no text ${key}.`);
    return found.replaceAll(/\{\{(\w+)\}\}/g, (_whole, name: string) => String(variables[name] ?? ''));
  };
}

/** What the pages of the gateway itself say, which work without JavaScript. */
export const GATEWAY_WORDS = {
  en: {
    login: 'Log in',
    email: 'E-mail address',
    password: 'Password',
    name: 'Name',
    create: 'Create account',
    other: '中文',
  },
  zh: { login: '登录', email: '电子邮箱', password: '密码', name: '姓名', create: '创建账户', other: 'English' },
} as const;
