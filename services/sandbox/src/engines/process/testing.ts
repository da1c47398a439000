import { randomUUID } from 'node:crypto';
import { chown, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { processesWith } from '../../testing.ts';
import type { EngineUnderTest } from '../conformance.ts';
import type { BoxLimits, BoxSpec, Engine } from '../engine.ts';

const MIB = 1024 * 1024;
/** Limits that no test of the conformance suite comes near. */
export const TEST_LIMITS: BoxLimits = {
  memoryBytes: 512 * MIB,
  cpus: 1,
  pids: 128,
  diskBytes: 64 * MIB,
  tmpBytes: 32 * MIB,
  openFiles: 512,
};
/** Users of nobody. The tests of one file run one after the other; files have different ones. */
const FIRST_UID = 58_000;

/** An engine of level process for the conformance suite. */
export async function processEngineUnderTest(engine: Engine): Promise<EngineUnderTest> {
  const base = await mkdtemp(join(tmpdir(), 'holdfast-engine-'));
  const isRoot = process.getuid?.() === 0;
  const uid = isRoot ? FIRST_UID + (process.pid % 900) : (process.getuid?.() ?? 0);
  const newSpec = async (): Promise<BoxSpec> => {
    const home = await mkdtemp(join(base, 'home-'));
    if (isRoot) await chown(home, uid, uid);
    return {
      id: randomUUID().replaceAll('-', ''),
      inputs: [],
      home,
      owners: { user: { uid, gid: uid }, ...(isRoot ? { root: { uid: uid + 1000, gid: uid + 1000 } } : {}) },
      limits: TEST_LIMITS,
    };
  };
  return {
    create: async () => engine.create(await newSpec()),
    restore: async (folder) => {
      if (!engine.restore) throw new Error(`${engine.name} restores nothing`);
      return engine.restore(folder, await newSpec());
    },
    folder: () => mkdtemp(join(base, 'snapshot-')),
    async leaks() {
      const mounts = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n');
      return [...(await processesWith(base)), ...mounts.filter((line) => line.includes(base))];
    },
    close: () => rm(base, { recursive: true, force: true }),
  };
}
