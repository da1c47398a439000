/**
 * Measures guests of QEMU on this machine and prints the figures: `node services/sandbox/src/engines/qemu/measure.ts`.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { capture } from '../../execute/capture.ts';
import type { Box } from '../engine.ts';
import { qemuEngine } from './engine.ts';
import { testSpec } from './testing.ts';

const MIB = 1024 * 1024;
const ROUNDS = 10;
const ENV = { PATH: '/bin' };
const limits = { ...testSpec().limits, memoryBytes: 256 * MIB, diskBytes: 1024 * MIB };

async function timed<T>(work: () => Promise<T>): Promise<readonly [number, T]> {
  const before = performance.now();
  const result = await work();
  return [performance.now() - before, result];
}

function print(name: string, values: readonly number[], unit = 'ms'): void {
  const sorted = values.toSorted((a, b) => a - b).map(Math.round);
  console.log(`${name}: median ${sorted[Math.floor(sorted.length / 2)]} ${unit} (${sorted[0]} to ${sorted.at(-1)})`);
}

async function measure(folder: string): Promise<void> {
  const engine = qemuEngine({ folder, onProgress: console.log });
  const create = (): Promise<Box> => engine.create(testSpec({ limits }));
  console.log(`${await engine.version()}; ${cpus().length} cores, load ${loadavg()[0]}`);
  const [first, warm] = await timed(create);
  console.log(`first box, with the boot that is saved: ${Math.round(first)} ms`);
  await warm.destroy();
  const [begins, commands, second, pauses, ends]: [number[], number[], number[], number[], number[]] = [
    [],
    [],
    [],
    [],
    [],
  ];
  for (let i = 0; i < ROUNDS; i += 1) {
    const start = performance.now();
    const box = await create();
    begins.push(performance.now() - start);
    await capture(box.agent, ['true'], ENV);
    commands.push(performance.now() - start);
    second.push((await timed(() => capture(box.agent, ['true'], ENV)))[0]);
    pauses.push((await timed(() => box.pause()))[0]);
    await box.resume();
    ends.push((await timed(() => box.destroy()))[0]);
  }
  print('create', begins);
  print('create to the end of a first command', commands);
  print('one more command', second);
  print('pause', pauses);
  print('destroy', ends);
  const box = await create();
  const before = await box.usage();
  await sleep(5000);
  const after = await box.usage();
  console.log(
    `idle: ${Math.round(after.memoryBytes / MIB)} MiB resident, ${(after.cpuUs - before.cpuUs) / 50_000} % of a core`,
  );
  const saved = await mkdtemp(join(folder, 'snapshot-'));
  console.log(`snapshot: ${Math.round((await timed(async () => box.snapshot?.(saved)))[0])} ms`);
  console.log(`its state: ${Math.round((await stat(join(saved, 'state'))).size / MIB)} MiB`);
  const [restored, again] = await timed(async () => engine.restore?.(saved, testSpec({ limits })));
  console.log(`restore: ${Math.round(restored)} ms`);
  await again?.destroy();
  await box.destroy();
}

const folder = await mkdtemp(join(tmpdir(), 'holdfast-measure-'));
try {
  await measure(folder);
} finally {
  await rm(folder, { recursive: true });
}
