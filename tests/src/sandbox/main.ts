/**
 * `npm run test:sandbox-cycles [-- COUNT]`: makes, uses and ends sandboxes 2,000 times, and looks for what that left. As root
 * on Linux it takes three minutes.
 */
import { runCycles } from './cycles.ts';
import { whatLeaked } from './what-leaked.ts';

const count = Number(process.argv[2] ?? 2000);
const began = Date.now();
const leaks = await runCycles(count, (done) => process.stdout.write(`${done} of ${count}\n`));
const found = whatLeaked(leaks);
for (const line of found) process.stdout.write(`${line}\n`);
process.stdout.write(
  `${count} cycles in ${((Date.now() - began) / 1000).toFixed(0)} s; ${(leaks.bytes / count).toFixed(0)} bytes a cycle stay.\n` +
    `${found.length === 0 ? '1 passed, 0 failed' : '0 passed, 1 failed'}, 0 skipped\n`,
);
process.exitCode = found.length === 0 ? 0 : 1;
