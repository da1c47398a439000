import { first } from './en/first.ts';
import { more } from './en/more.ts';

/** All texts of the console in English, one file a place. */
export const en = { ...first, ...more };

type Same<T> = { readonly [Key in keyof T]: T[Key] extends string ? string : Same<T[Key]> };
/** What every language has to say. */
export type Texts = Same<typeof en>;
/** What it has to say at once. */
export type FirstTexts = Same<typeof first>;
/** What it has to say on the pages that load their texts. */
export type MoreTexts = Same<typeof more>;
