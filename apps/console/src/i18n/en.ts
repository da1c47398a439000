import { account } from './en/account.ts';
import { admin } from './en/admin.ts';
import { app } from './en/app.ts';
import { compare } from './en/compare.ts';
import { error } from './en/error.ts';
import { insight } from './en/insight.ts';
import { run } from './en/run.ts';
import { tasks } from './en/tasks.ts';

/** All texts of the console in English, one file a place. */
export const en = { ...app, account, admin, compare, error, insight, run, tasks };

type Same<T> = { readonly [Key in keyof T]: T[Key] extends string ? string : Same<T[Key]> };
/** What every language has to say. */
export type Texts = Same<typeof en>;
