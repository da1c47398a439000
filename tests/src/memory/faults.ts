import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { DOINGS, nothingYet, workAndDie, wrongAfter } from '../../../services/memory/src/crash/round.ts';

// Kills a process that works on memories, at random moments, and looks each time whether anything is lost, doubled or
// out of step: npm run test:memory-faults -- --rounds 100

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '100' } } });
const rounds = Number(values.rounds);
let failures = 0;

for (const doing of DOINGS) {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-faults-'));
  const acknowledged = nothingYet();
  let killed = 0;
  for (let round = 0; round < rounds; round++) {
    const dimensions = doing === 'change' ? 64 + 64 * (round % 2) : 64;
    const when = { afterMs: Math.random() ** 2 * 1500 };
    killed += (await workAndDie(folder, doing, { seed: `r${round}`, dimensions, when }, acknowledged)) ? 1 : 0;
    const wrong = await wrongAfter(folder, dimensions, acknowledged);
    failures += wrong.length;
    for (const line of wrong) process.stdout.write(`${doing}, round ${round}, after ${when.afterMs} ms: ${line}\n`);
  }
  process.stdout.write(
    `${doing}: killed ${killed} times; ${acknowledged.kept.size} memories and ${acknowledged.erased.size} erasures ` +
      `were acknowledged; ${failures} failures so far\n`,
  );
  await rm(folder, { recursive: true });
}
process.exitCode = failures === 0 ? 0 : 1;
