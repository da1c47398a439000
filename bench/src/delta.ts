/**
 * What incremental sync sends beside rsync, and how long it takes beside rdiff: `npm run bench:delta [-- --json]`.
 *
 * Where one of them is not installed the exit code is 2: nothing was looked at.
 */
import { report } from './report.ts';
import { delta } from './tools/delta.ts';

const reason = await delta.whyNot();
if (reason === undefined) report('bench:delta', await delta.measure());
else {
  process.stderr.write(`Not measured: ${delta.name}, since ${reason}.\n`);
  process.exitCode = 2;
}
