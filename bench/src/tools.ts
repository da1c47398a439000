/**
 * What tools cost: `npm run bench:tools [-- --json] [-- --only browser,navigations,delta,breaker,reload,search]`.
 *
 * Beside the bare tool wherever there is one, in turns in the same run. A group of figures that cannot be measured here is
 * named with its reason, and the exit code is 2: its budgets were not looked at.
 */
import { measureGroups } from './groups.ts';
import { browser, navigations } from './tools/browsers.ts';
import { breaker } from './tools/breaker.ts';
import { delta } from './tools/delta.ts';
import { reload } from './tools/reload.ts';
import { search } from './tools/search.ts';

await measureGroups('bench:tools', [browser, navigations, delta, breaker, reload, search]);
