import type { Texts } from './en.ts';
import { account } from './zh/account.ts';
import { admin } from './zh/admin.ts';
import { app } from './zh/app.ts';
import { compare } from './zh/compare.ts';
import { error } from './zh/error.ts';
import { insight } from './zh/insight.ts';
import { run } from './zh/run.ts';
import { tasks } from './zh/tasks.ts';

/** All texts of the console in Chinese, one file a place. */
export const zh: Texts = { ...app, account, admin, compare, error, insight, run, tasks };
