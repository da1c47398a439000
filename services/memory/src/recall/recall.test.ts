import type { Reranker } from '@holdfast/models';
import { HoldfastError } from '@holdfast/protocol';
import { silentLogger } from '@holdfast/telemetry';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { memoryIn, type TestMemory } from '../indexer/testing.ts';
import type { Draft } from '../record.ts';
import { ALICE_SEES, fact, SAID, TEST_NOW, turn } from '../records/testing.ts';
import { type RecallConfig, RecallConfigSchema } from './config.ts';
import { createRecall, type RecallDeps, type RecallQuery } from './recall.ts';

describe('ME-2 recall', () => {
  let folder = '';
  let memory: TestMemory;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-recall-'));
    memory = await memoryIn(folder);
  });
  afterEach(async () => {
    await memory.close();
    await rm(folder, { recursive: true });
  });

  const add = async (...drafts: readonly Draft[]) => {
    const added = await memory.records.add(drafts);
    memory.indexer.wake();
    await memory.indexer.settled();
    return added.map(({ record }) => record);
  };
  const recall = async (
    query: string,
    more: Partial<RecallQuery> = {},
    deps: Partial<RecallDeps> = {},
    config: Partial<RecallConfig> = {},
    signal?: AbortSignal,
  ) => {
    const ask = createRecall({
      lexical: memory.lexical,
      dense: { search: (...asked) => memory.indexer.search(...asked), kind: 'lexical' },
      graph: undefined,
      records: memory.records,
      reranker: undefined,
      weightOf: () => 1,
      strengthenedTo: ({ strengthDays }) => 2 * strengthDays,
      config: RecallConfigSchema.parse(config),
      now: () => TEST_NOW,
      monotonic: () => performance.now(),
      logger: silentLogger(),
      ...deps,
    });
    const asked = { query, filter: { viewer: ALICE_SEES }, limit: 10, budgetTokens: 0, strengthen: false };
    return await ask({ ...asked, ...more }, signal);
  };
  const textsOf = ({ hits }: Awaited<ReturnType<typeof recall>>) => hits.map(({ record }) => record.text);
  const reranker = (rerank: Reranker['rerank']): Reranker => ({ id: 'test', rerank, close: async () => undefined });

  it('finds in both languages, and explains each hit', async () => {
    await add(fact('The ferry to Naxos leaves at nine'), fact('她每天早上喝乌龙茶'), fact('Trains are slow'));
    const { hits, missing } = await recall('when does the ferry to Naxos leave');
    expect(hits[0]).toMatchObject({ rank: 1, rankBefore: 1, retentionWeight: 1, path: [], context: '' });
    expect(hits[0]?.record.text).toBe('The ferry to Naxos leaves at nine');
    expect(hits[0]?.matched).toEqual(['ferry', 'Naxos']);
    expect(hits[0]?.sources.map(({ source, rank }) => [source, rank])).toEqual([
      ['bm25', 1],
      ['dense', 1],
    ]);
    expect(missing).toEqual([]);
    expect(textsOf(await recall('她喝什麼茶'))[0]).toBe('她每天早上喝乌龙茶');
  });

  it('finds an answer by the question before it, and shows both', async () => {
    await add(
      turn('What do you do to relax?', 1, { provenance: { ...SAID, author: 'Felix' } }),
      turn('I throw bowls until my shoulders drop.', 2, { provenance: { ...SAID, author: 'Nora' } }),
      turn('Splendid weather.', 9),
    );
    const { hits } = await recall('How does Nora relax?');
    expect(hits[0]?.record.text).toBe('I throw bowls until my shoulders drop.');
    expect(hits[0]?.context).toBe(
      'Felix: What do you do to relax?\nNora: I throw bowls until my shoulders drop.\nalice: Splendid weather.',
    );
  });

  it('searches for related words, unless told not to', async () => {
    await add(fact('Her boss shouted at everybody'), fact('The lake was frozen'));
    expect(textsOf(await recall('who is the manager', {}, { dense: undefined }))).toEqual([
      'Her boss shouted at everybody',
    ]);
    expect(textsOf(await recall('who is the manager', {}, { dense: undefined }, { related: false }))).toEqual([]);
  });

  it('fills up to the limit behind a narrow filter, however many others come first', async () => {
    const many = Array.from({ length: 900 }, (_, n) => fact(`penguin penguin penguin ${n}`));
    await memory.records.add(many);
    await add(
      fact('one penguin among many other words of no interest', { kind: 'experience' }),
      fact('a penguin too, in another long text of no interest', { kind: 'experience' }),
    );
    const viewer = ALICE_SEES;
    const found = await recall(
      'penguin',
      { filter: { viewer, kinds: ['experience'] }, limit: 2 },
      { dense: undefined },
    );
    expect(found.hits.map(({ record }) => record.kind)).toEqual(['experience', 'experience']);
  }, 60_000);

  it('leaves out what a budget of tokens has no room for', async () => {
    await add(fact('penguin'), fact(`penguin ${'and a great many other words '.repeat(40)}`), fact('penguin egg'));
    const { hits, tokens } = await recall('penguin', { budgetTokens: 20 });
    expect(hits.map(({ record }) => record.text).toSorted()).toEqual(['penguin', 'penguin egg']);
    expect(tokens).toBeLessThanOrEqual(20);
  });

  it('weighs by retention and by the time that a question names', async () => {
    await add(
      fact('penguins in Oslo', { at: Date.UTC(2025, 5, 1) }),
      fact('penguins in Bergen', { at: Date.UTC(2026, 1, 25) }),
    );
    expect(textsOf(await recall('penguins last week'))[0]).toBe('penguins in Bergen');
    expect(textsOf(await recall('penguins last year'))[0]).toBe('penguins in Oslo');
    const faded = { weightOf: ({ text }: { readonly text: string }) => (text.includes('Oslo') ? 0.1 : 1) };
    const { hits } = await recall('penguins last year', {}, faded);
    expect(hits.map(({ record, retentionWeight }) => [record.text, retentionWeight])).toEqual([
      ['penguins in Bergen', 1],
      ['penguins in Oslo', 0.1],
    ]);
  });

  it('strengthens what was recalled, and only that', async () => {
    const [found, other] = await add(fact('penguins'), fact('walruses'));
    await recall('penguins', { strengthen: true }, { dense: undefined });
    const [after, untouched] = await memory.records.get(ALICE_SEES, [found?.id ?? '', other?.id ?? '']);
    expect(after).toMatchObject({ recalls: 1, lastRecalledAt: TEST_NOW, strengthDays: 2 * (found?.strengthDays ?? 0) });
    expect(untouched?.recalls).toBe(0);
  });

  it('lets a cross-encoder reorder, and says what was before', async () => {
    await add(fact('penguin penguin'), fact('a penguin that answers'));
    const { hits } = await recall(
      'penguin',
      {},
      {
        reranker: reranker(async (_, texts) => texts.map((text) => (text.includes('answers') ? 0.9 : 0.1))),
      },
    );
    expect(hits.map(({ record, rankBefore, rank }) => [record.text, rankBefore, rank])).toEqual([
      ['a penguin that answers', 2, 1],
      ['penguin penguin', 1, 2],
    ]);
    expect(hits[0]?.sources.at(-1)).toEqual({ source: 'rerank', score: 0.9, rank: 1 });
  });

  it('answers without what fails or does not answer in time, and names it', async () => {
    await add(fact('penguin penguin'), fact('a penguin that answers'));
    const never = () => new Promise<never>(() => undefined);
    const gone = new HoldfastError('MODEL_UNAVAILABLE', 'The embedder is not there.');
    const { hits, missing } = await recall(
      'penguin',
      {},
      { dense: { search: () => Promise.reject(gone), kind: 'model' }, reranker: reranker(never) },
      { rerank_timeout_ms: 10 },
    );
    expect(hits.length).toBe(2);
    expect(missing).toEqual([
      { source: 'dense', reason: 'The embedder is not there.' },
      { source: 'rerank', reason: 'It did not answer within 10 ms.' },
    ]);
    const lexical = { ...memory.lexical, search: never };
    const other = await recall('penguin', {}, { lexical }, { source_timeout_ms: 10, dense_weight_lexical: 1 });
    expect(other.missing.map(({ source }) => source)).toContain('bm25');
  });

  it('ends when it is canceled, and refuses what is no question', async () => {
    await add(fact('penguin'));
    const dense = { search: () => new Promise<never>(() => undefined), kind: 'lexical' } as const;
    const ending = new AbortController();
    const asked = recall('penguin', {}, { dense }, {}, ending.signal);
    ending.abort();
    await expect(asked).rejects.toMatchObject({ code: 'CANCELED' });
    for (const more of [
      { query: ' \n' },
      { query: 'x'.repeat(40_000) },
      { limit: 0 },
      { limit: 101 },
      { budgetTokens: -1 },
    ]) {
      await expect(recall('penguin', more)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
  });

  it('takes any question', async () => {
    await add(fact('penguin'));
    for (const query of [
      '\0',
      '\ud800',
      '😀',
      'the',
      '的',
      '"; drop table memory_record; --',
      '企鵝 penguin 企鹅',
      '?'.repeat(9_000),
    ]) {
      await expect(recall(query)).resolves.toBeDefined();
    }
  });
});
