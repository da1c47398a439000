/**
 * What a sandbox costs: `npm run bench:sandbox [-- --json] [-- --only process,container,microvm,pool,crowd,audit]`.
 *
 * Beside the bare tool wherever there is one, in turns in the same run. A group of figures that cannot be measured here is
 * named with its reason, and the exit code is 2: its budgets were not looked at.
 */
import { measureGroups } from './groups.ts';
import { auditOverhead } from './sandbox/audit.ts';
import { containerExec } from './sandbox/container.ts';
import { crowd } from './sandbox/crowd.ts';
import { microvmRestore } from './sandbox/microvm.ts';
import { warmAcquire } from './sandbox/pool.ts';
import { processStart } from './sandbox/process.ts';

await measureGroups('bench:sandbox', [processStart, containerExec, microvmRestore, warmAcquire, crowd, auditOverhead]);
