import { silentLogger } from '@holdfast/telemetry';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ADMIN, ALICE, ALICE_SEES, fact, openTestRecords, SAID, type TestRecords, turn } from '../records/testing.ts';
import { ForgettingConfigSchema } from './config.ts';
import { createCurve } from './curve.ts';
import { createForgetting, type Forgetting } from './forgetting.ts';
import { createSummarise } from './summarise.ts';

const DAY = 86_400_000;
const config = ForgettingConfigSchema.parse({});
const curve = createCurve(config);
let on: TestRecords;
let forgetting: Forgetting;
/** Done while a summary is written. */
let meanwhile: () => Promise<unknown>;

beforeEach(async () => {
  on = await openTestRecords();
  meanwhile = async () => undefined;
  const summarise = createSummarise({ writer: undefined, fits: () => true, logger: silentLogger() });
  forgetting = createForgetting({
    database: on.database,
    records: on.records,
    curve,
    summarise: async (...asked) => {
      await meanwhile();
      return await summarise(...asked);
    },
    config,
    now: () => on.now,
    logger: silentLogger(),
    wake: () => undefined,
  });
});
afterEach(async () => {
  await forgetting.close();
  await on.close();
});

const trips = (of = 'Lisbon') =>
  Array.from({ length: 4 }, (_, n) =>
    fact(`On trip ${n + 1} to ${of} Alice stayed at the harbour hotel in ${of}.`, { strengthDays: 5 }),
  );
const states = async () => {
  const all = await on.records.list(
    { viewer: ADMIN, states: ['active', 'archived', 'quarantined'] },
    { order: 'oldest', after: '', limit: 100 },
  );
  return all.records.map(({ kind, state }) => `${kind} ${state}`).toSorted();
};

describe('ME-3 forgetting', () => {
  it('summarises what was long not visited, archives the originals under it, and gives them back', async () => {
    const added = await on.records.add([...trips(), fact('The cat is grey.', { strengthDays: 5 })]);
    on.now += 200 * DAY;
    const { compressed, alone } = await forgetting.compress(ADMIN, false);
    expect(compressed.map(({ originals }) => originals.length)).toEqual([4]);
    expect(alone).toBe(1);
    const summary = compressed[0]?.summary;
    expect(summary).toMatchObject({ kind: 'summary', scope: ALICE, attributes: { depth: 1, by: 'rules' } });
    expect(summary?.text).toContain('Lisbon');
    const originals = await on.records.originals(ALICE_SEES, summary?.id ?? '');
    expect(originals.map(({ text, state }) => [text, state])).toEqual(trips().map(({ text }) => [text, 'archived']));
    const [back] = await on.records.setState(ALICE_SEES, [added[0]?.record.id ?? ''], 'active');
    expect(back).toMatchObject({ state: 'active', text: added[0]?.record.text });
  });

  it('leaves what is pinned, held back, recalled lately, strong, or a part of a document', async () => {
    const [first] = await on.records.add(trips());
    await on.records.add([
      ...trips('Porto').map((draft) => ({ ...draft, pinned: true })),
      ...trips('Faro').map((draft) => ({ ...draft, state: 'quarantined' as const, quarantineReason: 'test' })),
      ...trips('Braga').map((draft) => ({ ...draft, strengthDays: 900 })),
      ...trips('Evora').map((draft, at) => ({ ...draft, kind: 'chunk' as const, group: 'doc', position: at })),
    ]);
    on.now += 200 * DAY;
    await on.records.visit([{ seq: first?.record.seq ?? 0, at: on.now, strengthDays: 50 }]);
    const { compressed } = await forgetting.compress(ADMIN, false);
    expect(compressed.map(({ originals }) => originals.map(({ text }) => text.includes('Lisbon')))).toEqual([
      [true, true, true],
    ]);
    expect((await states()).filter((one) => one.endsWith('archived'))).toHaveLength(3);
  });

  it('changes nothing in a dry run, and tells what it would do', async () => {
    await on.records.add(trips());
    on.now += 200 * DAY;
    const before = await states();
    const { compressed } = await forgetting.compress(ADMIN, true);
    expect(compressed).toMatchObject([{ summary: undefined, originals: [{}, {}, {}, {}] }]);
    expect(await states()).toEqual(before);
  });

  it('leaves them as they are where one was changed while they were summarised', async () => {
    const [first] = await on.records.add(trips());
    on.now += 200 * DAY;
    meanwhile = async () => {
      meanwhile = async () => undefined;
      await on.records.update(ALICE_SEES, first?.record.id ?? '', first?.record.revision ?? 0, { text: 'Changed.' });
    };
    expect((await forgetting.compress(ADMIN, false)).compressed).toEqual([]);
    expect((await states()).every((one) => one === 'fact active')).toBe(true);
  });

  it('leaves them as they are where one was recalled while they were summarised', async () => {
    const [first] = await on.records.add(trips());
    on.now += 200 * DAY;
    meanwhile = async () => {
      meanwhile = async () => undefined;
      await on.records.visit([{ seq: first?.record.seq ?? 0, at: on.now, strengthDays: 20 }]);
    };
    expect((await forgetting.compress(ADMIN, false)).compressed).toEqual([]);
    expect((await states()).every((one) => one === 'fact active')).toBe(true);
  });

  it('mixes neither users nor conversations, and ends at summaries of summaries of summaries', async () => {
    const bob = { tenant: 'acme', user: 'bob', agent: '' };
    await on.records.add([
      ...trips().slice(0, 2),
      ...trips()
        .slice(2)
        .map((draft) => ({ ...draft, scope: bob })),
      ...Array.from({ length: 3 }, (_, n) => turn(`Point ${n} of the harbour plan.`, n, { strengthDays: 5 })),
      ...Array.from({ length: 3 }, (_, n) =>
        turn(`Point ${n} of the harbour plan.`, n, { strengthDays: 5, group: 'other' }),
      ),
    ]);
    on.now += 200 * DAY;
    const first = await forgetting.compress(ADMIN, false);
    const groups = first.compressed.map(({ originals }) => [...new Set(originals.map(({ group }) => group))].join());
    expect(groups.toSorted()).toEqual(['other', 'talk']);
    expect(first.alone).toBe(4);
    let depth = 0;
    for (let round = 0; round < 6; round++) {
      await on.records.add(
        Array.from({ length: 3 }, (_, n) =>
          fact(`Round ${round}: note ${n} of the harbour plan and of its point ${n}.`, {
            strengthDays: 5,
            provenance: SAID,
          }),
        ),
      );
      on.now += 900 * DAY;
      for (const { summary } of (await forgetting.compress(ADMIN, false)).compressed) {
        depth = Math.max(depth, Number(summary?.attributes['depth'] ?? 0));
      }
    }
    expect(depth).toBeLessThanOrEqual(3);
  });

  it('tells thousands of the same kind together, without comparing each with each', async () => {
    await on.records.add(
      Array.from({ length: 900 }, (_, n) =>
        fact(`The nightly backup of the server finished without errors in run ${n}.`, { strengthDays: 2 }),
      ),
    );
    on.now += 300 * DAY;
    const { compressed, alone } = await forgetting.compress(ADMIN, true);
    expect(compressed.length).toBeGreaterThanOrEqual(45);
    expect(alone).toBeLessThan(20);
  });

  it('goes through thousands without comparing each with each', async () => {
    for (let n = 0; n < 5; n++) {
      await on.records.add(
        Array.from({ length: 600 }, (_, at) =>
          fact(`Ship ${n}-${at} of fleet ${at % 60} loaded grain in port ${at % 60}.`, { strengthDays: 2 }),
        ),
      );
    }
    on.now += 300 * DAY;
    const { compressed, alone } = await forgetting.compress(ADMIN, true);
    const told = compressed.reduce((sum, { originals }) => sum + originals.length, 0);
    expect(told + alone).toBe(3000);
    expect(compressed.every(({ originals }) => originals.length <= config.compress.max_size)).toBe(true);
  });
});
