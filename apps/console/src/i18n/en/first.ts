import { account } from './account.ts';
import { app } from './app.ts';
import { compare } from './compare.ts';
import { error } from './error.ts';
import { insight } from './insight.ts';
import { run } from './run.ts';
import { tasks } from './tasks.ts';

/** The English texts that are loaded at once. */
export const first = { ...app, account, compare, error, insight, run, tasks };
