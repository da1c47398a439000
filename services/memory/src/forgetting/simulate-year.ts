import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { openSqlite } from '@holdfast/storage';
import { silentLogger } from '@holdfast/telemetry';

import { createSqliteLexical } from '../lexical/sqlite.ts';
import type { Draft, Viewer } from '../record.ts';
import { MEMORY_SCHEMA } from '../records/schema.ts';
import { createSqlRecords } from '../records/sql-records.ts';
import { type Line, yearChart } from './chart.ts';
import { ForgettingConfigSchema } from './config.ts';
import { createCurve } from './curve.ts';
import { extractSummary } from './extract.ts';
import { createForgetting } from './forgetting.ts';

const DAY = 86_400_000;
const BEGIN = Date.UTC(2026, 0, 1);

/** How a memory is used over the year: the days on which it is recalled. */
export interface Use {
  readonly name: string;
  readonly days: (day: number) => boolean;
  readonly pinned?: boolean;
}

/** The uses that are told apart. */
export const USES: readonly Use[] = [
  { name: 'every day', days: () => true },
  { name: 'every week', days: (day) => day % 7 === 0 },
  { name: 'every month', days: (day) => day % 30 === 0 },
  { name: 'ten times on one day', days: (day) => day === 20 },
  { name: 'ten times in 90 days', days: (day) => day <= 90 && day % 9 === 0 },
  { name: 'once, after 60 days', days: (day) => day === 60 },
  { name: 'never', days: () => false },
  { name: 'never, pinned', days: () => false, pinned: true },
];

/** What became of the memories of one use. */
export interface Fate {
  readonly use: string;
  readonly recalls: number;
  /** S at the end, days. */
  readonly strengthDays: number;
  /** R on each day. */
  readonly retention: readonly number[];
  /** Of how many, how many are summarised at the end. */
  readonly archived: number;
  readonly of: number;
}

const TOPICS = ['the harbour of Lisbon', 'the billing service', 'the garden of Dana'];
const PER_TOPIC = 4;

/**
 * A year on a fake clock, over the real store: memories of each use are kept, recalled on their days, and each night what
 * has faded is summarised.
 *
 * @param days how many
 */
export async function simulateYear(days: number): Promise<readonly Fate[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-year-'));
  const database = await openSqlite({ dataDir });
  const lexical = createSqliteLexical(database);
  await database.migrate(MEMORY_SCHEMA);
  await database.migrate(lexical.schema);
  let now = BEGIN;
  let ids = 0;
  const config = ForgettingConfigSchema.parse({});
  const curve = createCurve(config);
  const records = createSqlRecords({
    database,
    lexical,
    now: () => now,
    newId: () => `mem_${++ids}`,
    random: () => 0,
    strengthOf: curve.initial,
  });
  const forgetting = createForgetting({
    database,
    records,
    curve,
    summarise: async (texts, maxTokens) => ({ text: extractSummary(texts, maxTokens), by: 'rules' }),
    config,
    now: () => now,
    logger: silentLogger(),
    wake: () => undefined,
  });
  const viewer: Viewer = { tenant: 'year', user: '', agent: '', everybody: true };
  const kept = new Map<string, readonly string[]>();
  for (const use of USES) {
    const added = await records.add(draftsOf(use));
    kept.set(
      use.name,
      added.map(({ record }) => record.id),
    );
  }
  const retention = new Map<string, number[]>(USES.map(({ name }) => [name, []]));
  for (let day = 1; day <= days; day++) {
    now = BEGIN + day * DAY;
    for (const { name, days: isUsed } of USES) {
      const there = await records.get(viewer, kept.get(name) ?? []);
      const first = there[0];
      if (first) retention.get(name)?.push(curve.retention(first, now));
      if (!isUsed(day)) continue;
      // Ten on one day, within minutes of one another.
      for (let time = name === 'ten times on one day' ? 10 : 1; time > 0; time--) {
        const active = (await records.get(viewer, kept.get(name) ?? [])).filter(({ state }) => state === 'active');
        await records.visit(
          active.map((record) => ({ seq: record.seq, at: now, strengthDays: curve.strengthened(record, now) })),
        );
        now += 60_000;
      }
    }
    await forgetting.compress(viewer, false);
  }
  const fates: Fate[] = [];
  for (const { name } of USES) {
    const there = await records.get(viewer, kept.get(name) ?? []);
    const first = there[0];
    fates.push({
      use: name,
      recalls: first?.recalls ?? 0,
      strengthDays: first?.strengthDays ?? 0,
      retention: retention.get(name) ?? [],
      archived: there.filter(({ state }) => state === 'archived').length,
      of: there.length,
    });
  }
  await forgetting.close();
  await database.close();
  await rm(dataDir, { recursive: true });
  return fates;
}

function draftsOf({ name, pinned = false }: Use): Draft[] {
  return TOPICS.flatMap((topic) =>
    Array.from({ length: PER_TOPIC }, (_, n) => ({
      // A user for each use: memories of different ones are never told together.
      scope: { tenant: 'year', user: name, agent: '' },
      kind: 'fact' as const,
      text: `Point ${n + 1} about ${topic}: it is told as number ${n + 1} of ${topic}.`,
      provenance: {
        trust: 'user' as const,
        origin: 'user',
        runId: '',
        actionId: '',
        documentId: '',
        author: '',
        evidence: '',
        location: '',
      },
      pinned,
    })),
  );
}

if (import.meta.main) {
  const fates = await simulateYear(365);
  const file = fileURLToPath(new URL('../../../../docs/images/forgetting-year.svg', import.meta.url));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, yearChart(fates.map(({ use, retention }): Line => ({ name: use, values: retention }))));
  for (const { use, recalls, strengthDays, retention, archived, of } of fates) {
    const left = `${((retention.at(-1) ?? 0) * 100).toFixed(0)} %`;
    process.stdout.write(`| ${use} | ${recalls} | ${strengthDays.toFixed(0)} | ${left} | ${archived} of ${of} |\n`);
  }
}
