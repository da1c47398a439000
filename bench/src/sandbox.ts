/**
 * What a sandbox costs: `npm run bench:sandbox [-- --json] [-- --only process,container,microvm,pool,crowd,audit]`.
 *
 * Beside the bare tool wherever there is one, in turns in the same run. A group of figures that cannot be measured here is
 * named with its reason, and the exit code is 2: its budgets were not looked at.
 */
import { parseArgs } from 'node:util';

import { type Figure, report } from './report.ts';
import { auditOverhead } from './sandbox/audit.ts';
import { containerExec } from './sandbox/container.ts';
import { crowd } from './sandbox/crowd.ts';
import { microvmRestore } from './sandbox/microvm.ts';
import { warmAcquire } from './sandbox/pool.ts';
import { processStart } from './sandbox/process.ts';

const GROUPS = [processStart, containerExec, microvmRestore, warmAcquire, crowd, auditOverhead];

const { values } = parseArgs({ options: { json: { type: 'boolean' }, only: { type: 'string' } } });
const only = values.only?.split(',');
const unknown = only?.find((name) => !GROUPS.some((group) => group.name === name));
if (unknown !== undefined) {
  throw new Error(`There are no figures "${unknown}"; there are: ${GROUPS.map(({ name }) => name).join(', ')}.`);
}

const figures: Figure[] = [];
let isComplete = true;
for (const group of GROUPS) {
  if (only && !only.includes(group.name)) continue;
  const reason = await group.whyNot();
  if (reason === undefined) figures.push(...(await group.measure()));
  else {
    isComplete = false;
    process.stderr.write(`Not measured: ${group.name}, since ${reason}.\n`);
  }
}
report('bench:sandbox', figures);
if (!isComplete && process.exitCode === 0) process.exitCode = 2;
