import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';

import type { EngineUnderTest } from '../conformance.ts';
import type { Box, BoxLimits, BoxSpec, Engine } from '../engine.ts';
import { qemuEngine } from './engine.ts';
import { findParts } from './parts.ts';

const MIB = 1024 * 1024;
/** Users of nobody; the tests of one file run one after the other. */
const FIRST_UID = 59_000;

/** Small, so that guests are saved and begin quickly; no test of the conformance suite comes near. */
export const TEST_LIMITS: BoxLimits = {
  memoryBytes: 192 * MIB,
  cpus: 1,
  pids: 64,
  diskBytes: 96 * MIB,
  tmpBytes: 16 * MIB,
  openFiles: 512,
};

/** Why this machine runs no guests of QEMU; undefined when it does. */
export async function whyNoQemu(): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-parts-'));
  try {
    await findParts(folder, process.arch);
    return undefined;
  } catch (error) {
    if (HoldfastError.has(error, 'SANDBOX_UNAVAILABLE')) return error.message;
    throw error;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The engine on a folder of its own, in which guests are booted once for all tests of a file. */
export interface TestQemu {
  readonly folder: string;
  readonly engine: Engine;
  /** What it told while guests booted. */
  readonly progress: readonly string[];
  create(changes?: Partial<BoxSpec>): Promise<Box>;
  /** For the conformance suite; closing that leaves this open. */
  readonly underTest: EngineUnderTest;
  close(): Promise<void>;
}

/** Opens it. */
export async function openTestQemu(): Promise<TestQemu> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-qemu-'));
  const progress: string[] = [];
  const engine = qemuEngine({ folder, onProgress: (message) => progress.push(message) });
  const create = (changes: Partial<BoxSpec> = {}): Promise<Box> => engine.create(testSpec(changes));
  return {
    folder,
    engine,
    progress,
    create,
    underTest: {
      create: () => create(),
      restore: async (from) => {
        if (!engine.restore) throw new Error('it restores');
        return engine.restore(from, testSpec());
      },
      folder: () => mkdtemp(join(folder, 'snapshot-')),
      leaks: () => tracesOf(folder),
      close: () => Promise.resolve(),
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A box of a user of nobody. */
export function testSpec(changes: Partial<BoxSpec> = {}): BoxSpec {
  const isRoot = process.getuid?.() === 0;
  const uid = isRoot ? FIRST_UID + (process.pid % 900) : (process.getuid?.() ?? 0);
  return {
    id: randomUUID().replaceAll('-', ''),
    inputs: [],
    owners: { user: { uid, gid: uid } },
    limits: TEST_LIMITS,
    ...changes,
  };
}

/** Processes that work below the folder, and the folders of boxes in it. One line each. */
export async function tracesOf(folder: string): Promise<string[]> {
  const boxes = await readdir(join(folder, 'boxes')).catch(() => []);
  return [...boxes, ...(await machinesOf(folder)).map((pid) => `process ${pid}`)];
}

/** The processes whose working folder lies below this one. */
export async function machinesOf(folder: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const cwds = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')));
  return pids.filter((_pid, i) => cwds[i]?.startsWith(folder));
}
