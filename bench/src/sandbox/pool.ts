import { setTimeout as sleep } from 'node:timers/promises';

import { createBubblewrapEngine } from '../../../services/sandbox/src/engines/bubblewrap/engine.ts';
import { testEngine, testSpec } from '../../../services/sandbox/src/engines/container/testing-box.ts';
import { startTestDaemon, whyNoDaemon } from '../../../services/sandbox/src/engines/container/testing.ts';
import type { Box } from '../../../services/sandbox/src/engines/engine.ts';
import { processEngineUnderTest } from '../../../services/sandbox/src/engines/process/testing.ts';
import { openTestQemu, whyNoQemu } from '../../../services/sandbox/src/engines/qemu/testing.ts';
import { createPool } from '../../../services/sandbox/src/pool/pool.ts';
import { whyNoCage } from '../../../services/sandbox/src/testing-cage.ts';
import { type Figure, median } from '../report.ts';
import { trueIn } from './first-command.ts';
import type { FigureGroup } from '../groups.ts';

const BUDGET_MS = 10;

/** What makes boxes of one level. */
interface Maker {
  readonly name: string;
  readonly rounds: number;
  whyNot(): Promise<string | undefined>;
  open(): Promise<{ create(): Promise<Box>; close(): Promise<unknown> }>;
}

const MAKERS: readonly Maker[] = [
  {
    name: 'bubblewrap',
    rounds: 20,
    whyNot: async () => whyNoCage(),
    async open() {
      const { platform: os, arch } = process;
      const isRoot = process.getuid?.() === 0;
      return processEngineUnderTest(await createBubblewrapEngine({ os, arch, isRoot }));
    },
  },
  {
    name: 'docker',
    rounds: 10,
    whyNot: () => whyNoDaemon('docker'),
    async open() {
      const daemon = await startTestDaemon('docker');
      const engine = testEngine(daemon);
      return { create: () => engine.create(testSpec()), close: () => daemon.stop() };
    },
  },
  { name: 'qemu', rounds: 5, whyNot: whyNoQemu, open: openTestQemu },
];

/** Taking a sandbox that is ready, at each level. */
export const warmAcquire: FigureGroup = {
  name: 'pool',
  async whyNot() {
    const reasons = await Promise.all(MAKERS.map((maker) => maker.whyNot()));
    return reasons.find((reason) => reason !== undefined);
  },
  async measure() {
    const figures: Figure[] = [];
    for (const maker of MAKERS) figures.push(...(await measureOne(maker)));
    return figures;
  },
};

async function measureOne(maker: Maker): Promise<Figure[]> {
  const { name, rounds } = maker;
  const opened = await maker.open();
  const pool = createPool<string, Box>({
    keyOf: (kind) => kind,
    make: () => opened.create(),
    destroy: (box) => box.destroy(),
    min: 2,
    max: 2,
    total: 2,
    idleMs: 600_000,
    now: () => performance.now(),
    schedule(call, afterMs) {
      const timer = setTimeout(call, afterMs);
      return () => clearTimeout(timer);
    },
    random: Math.random,
    report: (error) => process.stderr.write(`${error.message}\n`),
  });
  pool.keepWarm(name);
  const acquired: number[] = [];
  const used: number[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      while ((pool.state()[0]?.ready ?? 0) < 2) await sleep(20);
      const began = performance.now();
      const box = await pool.acquire(name);
      acquired.push(performance.now() - began);
      await trueIn(box);
      used.push(performance.now() - began);
      await box.destroy();
    }
  } finally {
    await pool.close();
    await opened.close();
  }
  return [
    { name: `${name}: acquire from a warm pool`, value: median(acquired), unit: 'ms', budget: BUDGET_MS },
    { name: `${name}: acquire from a warm pool, and the first command`, value: median(used), unit: 'ms' },
  ];
}
