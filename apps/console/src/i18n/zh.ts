import type { Texts } from './en.ts';
import { first } from './zh/first.ts';
import { more } from './zh/more.ts';

/** All texts of the console in Chinese, one file a place. */
export const zh: Texts = { ...first, ...more };
