import { HoldfastError } from '@holdfast/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { StoredVector } from '../records/records.ts';
import type { Viewer } from '../record.ts';
import { clustered, everybodyOf, exactly, randomOf, type TestSource, testSource } from './testing.ts';
import type { VectorIndex, VectorIndexes } from './vectors.ts';

/** What a product is tested with. */
export interface VectorsSubject {
  readonly indexes: VectorIndexes;
  /** Closes what is open and opens the same data again. */
  reopen(): Promise<VectorIndexes>;
  stop(): Promise<void>;
}

const DIMENSIONS = 24;
/** Names that a query language could take for something else. */
const HOSTILE = [
  'a"b',
  "it's",
  'back\\slash',
  '" or tenant != "',
  '用户·王小明',
  '👩‍🚀 e\u0301',
  'two\nlines',
  '%_*',
  '{x}',
];

/** The suite that every product for vectors passes; a text from `open` says why it cannot run here. */
export function describeVectors(product: string, open: () => Promise<VectorsSubject | string>): void {
  describe(`ME-2 the contract of vector indices on ${product}`, { timeout: 120_000 }, () => {
    let subject: VectorsSubject | undefined;
    let missing = '';
    let indexes!: VectorIndexes;
    let names = 0;

    beforeAll(async () => {
      const opened = await open();
      if (typeof opened === 'string') {
        missing = opened;
        process.stdout.write(`skipped: ${product}: ${missing}\n`);
        return;
      }
      subject = opened;
      indexes = subject.indexes;
    });
    afterAll(async () => {
      await subject?.stop();
    });

    /** A test with an index and a source of its own. `put` writes the source first, as the product does. */
    function on(title: string, test: (tools: Tools) => Promise<void>): void {
      it(title, async ({ skip }) => {
        if (subject === undefined) return skip(missing);
        const source = testSource();
        const index = await indexes.open(`test/${product}-${++names}`, DIMENSIONS, source);
        const put = async (entries: readonly StoredVector[]) => {
          for (const one of entries) source.vectors.set(one.seq, one);
          await index.put(entries);
        };
        const remove = async (tenant: string, seqs: readonly number[]) => {
          for (const seq of seqs) if (source.vectors.get(seq)?.tenant === tenant) source.vectors.delete(seq);
          await index.remove(tenant, seqs);
        };
        await test({ index, source, put, remove });
      });
    }

    on('finds what was put at once, nearest first', async ({ index, put, source }) => {
      const vector = clustered(1, DIMENSIONS, 4);
      await put(Array.from({ length: 200 }, (_, at) => entry(at + 1, vector())));
      for (let n = 0; n < 10; n += 1) {
        const query = vector();
        const found = await index.search(everybodyOf('acme'), query, 10);
        expect(found.map(({ seq }) => seq)).toEqual(exactly(source.vectors.values(), everybodyOf('acme'), query, 10));
        expect(found[0]?.score).toBeCloseTo(cosine(source.vectors.get(found[0]?.seq ?? 0)?.vector, query), 3);
      }
      expect(index.state().size).toBe(200);
    });

    on('shows a viewer what is theirs or everybody’s, whatever they are called', async ({ index, put }) => {
      const vector = clustered(2, DIMENSIONS, 1)();
      const owners = HOSTILE.flatMap((name) => [
        { tenant: name, user: '', agent: '' },
        { tenant: 'acme', user: name, agent: '' },
        { tenant: 'acme', user: '', agent: name },
        { tenant: 'acme', user: name, agent: name },
      ]);
      await put(
        [{ tenant: 'acme', user: '', agent: '' }, ...owners].map((owner, at) => ({ ...owner, seq: at + 1, vector })),
      );
      const keys = async (viewer: Viewer) =>
        (await index.search(viewer, vector, 100)).map(({ seq }) => seq).toSorted((a, b) => a - b);
      for (const [at, name] of HOSTILE.entries()) {
        const first = at * 4 + 2;
        expect(await keys({ tenant: name, user: 'x', agent: 'y', everybody: false })).toEqual([first]);
        expect(await keys({ tenant: 'acme', user: name, agent: '', everybody: false })).toEqual([1, first + 1]);
        expect(await keys({ tenant: 'acme', user: '', agent: name, everybody: false })).toEqual([1, first + 2]);
        const both = { tenant: 'acme', user: name, agent: name, everybody: false };
        expect(await keys(both)).toEqual([1, first + 1, first + 2, first + 3]);
      }
      expect(await keys(everybodyOf('acme'))).toHaveLength(1 + HOSTILE.length * 3);
      expect(await keys(everybodyOf('nobody'))).toEqual([]);
    });

    on('takes the newest of what is put twice', async ({ index, put }) => {
      const [old, fresh] = [axis(0), axis(1)];
      await put([entry(1, old), entry(2, axis(2))]);
      await put([entry(1, axis(3)), { ...entry(1, fresh), user: 'ann' }]);
      const ann = { tenant: 'acme', user: 'ann', agent: '', everybody: false };
      expect(await index.search(ann, fresh, 1)).toMatchObject([{ seq: 1 }]);
      expect((await index.search(ann, old, 10)).find(({ seq }) => seq === 1)?.score).toBeCloseTo(0, 3);
      expect((await index.search({ ...ann, user: 'bob' }, fresh, 10)).map(({ seq }) => seq)).toEqual([2]);
      expect(await index.seqs(0, 10)).toEqual([1, 2]);
    });

    on('removes for good, as often as it is asked, and only of that tenant', async ({ index, put, remove }) => {
      await put([entry(1, axis(0)), entry(2, axis(1)), { ...entry(3, axis(0)), tenant: 'other' }]);
      for (let again = 0; again < 2; again += 1) await remove('acme', [1, 3, 99]);
      expect((await index.search(everybodyOf('acme'), axis(0), 10)).map(({ seq }) => seq)).toEqual([2]);
      expect((await index.search(everybodyOf('other'), axis(0), 10)).map(({ seq }) => seq)).toEqual([3]);
      expect(await index.seqs(0, 10)).toEqual([2, 3]);
      await remove('acme', []);
      await put([entry(1, axis(4))]);
      expect((await index.search(everybodyOf('acme'), axis(4), 1)).map(({ seq }) => seq)).toEqual([1]);
    });

    on('lists its keys in pages', async ({ index, put }) => {
      const vector = clustered(3, DIMENSIONS, 2);
      const seqs = Array.from({ length: 150 }, (_, at) => ((at * 7919) % 1009) + 1).toSorted((a, b) => a - b);
      const rest = [9_007_199_254_740_000, ...seqs.toReversed()];
      while (rest.length > 0) await put(rest.splice(0, 37).map((seq) => entry(seq, vector())));
      const listed: number[] = [];
      for (let page = await index.seqs(0, 40); page.length > 0; page = await index.seqs(listed.at(-1) ?? 0, 40)) {
        listed.push(...page);
      }
      expect(listed).toEqual([...seqs, 9_007_199_254_740_000]);
    });

    on('keeps what was flushed, and the number of the change', async ({ index, put, remove, source }) => {
      const vector = clustered(4, DIMENSIONS, 3);
      await put(Array.from({ length: 50 }, (_, at) => entry(at + 1, vector())));
      await index.flush(50);
      await remove('acme', [7]);
      await put([entry(51, vector())]);
      await index.flush(52);
      expect(index.applied).toBe(52);
      indexes = (await subject?.reopen()) ?? indexes;
      const again = await indexes.open(index.embedder, DIMENSIONS, source);
      expect(again.applied).toBe(52);
      expect(again.state().mended).toEqual([]);
      const query = vector();
      expect((await again.search(everybodyOf('acme'), query, 10)).map(({ seq }) => seq)).toEqual(
        exactly(source.vectors.values(), everybodyOf('acme'), query, 10),
      );
      expect(await again.seqs(0, 100)).toEqual([...source.vectors.keys()].toSorted((a, b) => a - b));
    });

    on('keeps the indices of two embedders apart, and removes one for good', async ({ index, put }) => {
      const other = await indexes.open(`${index.embedder} 二`, 3, testSource([entry(9, Float32Array.of(1, 0, 0))]));
      await settled(other);
      await put([entry(1, axis(0))]);
      await index.flush(1);
      await other.put([entry(9, Float32Array.of(1, 0, 0))]);
      await other.flush(1);
      expect(await indexes.list()).toEqual(expect.arrayContaining([index.embedder, other.embedder]));
      await other.drop();
      expect(await indexes.list()).not.toContain(other.embedder);
      expect(await index.seqs(0, 10)).toEqual([1]);
    });

    on('makes itself anew from the source', async ({ index, put, source }) => {
      const vector = clustered(5, DIMENSIONS, 3);
      await put(Array.from({ length: 80 }, (_, at) => entry(at + 1, vector())));
      await index.flush(80);
      source.vectors.delete(3);
      source.vectors.set(200, entry(200, vector()));
      await index.rebuild();
      expect(await index.seqs(0, 300)).toEqual([...source.vectors.keys()].toSorted((a, b) => a - b));
      const query = vector();
      expect((await index.search(everybodyOf('acme'), query, 10)).map(({ seq }) => seq)).toEqual(
        exactly(source.vectors.values(), everybodyOf('acme'), query, 10),
      );
    });

    on('refuses what is no vector of it, and keeps nothing of it', async ({ index, put }) => {
      await put([entry(1, axis(0))]);
      const bad = [
        entry(2, Float32Array.of(1, 2)),
        entry(2, axis(0).fill(Number.NaN)),
        entry(2, axis(0).fill(Number.POSITIVE_INFINITY)),
        entry(0, axis(0)),
        entry(1.5, axis(0)),
      ];
      for (const one of bad) {
        const refused = await index.put([entry(3, axis(1)), one]).catch((error: unknown) => error);
        expect(HoldfastError.has(refused, 'INVALID_ARGUMENT')).toBe(true);
      }
      expect(await index.seqs(0, 10)).toEqual([1]);
      const short = await index.search(everybodyOf('acme'), new Float32Array(3), 1).catch((error: unknown) => error);
      expect(HoldfastError.has(short, 'INVALID_ARGUMENT')).toBe(true);
      await index.put([]);
    });

    on('finds nothing near to nothing', async ({ index, put }) => {
      await put([entry(1, axis(0)), entry(2, new Float32Array(DIMENSIONS))]);
      expect(await index.search(everybodyOf('acme'), new Float32Array(DIMENSIONS), 5)).toEqual([]);
      expect(await index.search(everybodyOf('acme'), axis(0), 0)).toEqual([]);
      expect((await index.search(everybodyOf('acme'), axis(0), 1)).map(({ seq }) => seq)).toEqual([1]);
      expect(await index.seqs(0, 10)).toEqual([1, 2]);
    });

    on('stops when it is told to', async ({ index, put }) => {
      await put([entry(1, axis(0))]);
      const stopped = await index
        .search(everybodyOf('acme'), axis(0), 5, AbortSignal.abort())
        .catch((error: unknown) => error);
      expect(HoldfastError.has(stopped, 'CANCELED')).toBe(true);
    });

    on('finds all of the few among the many', async ({ index, put, source }) => {
      const vector = clustered(6, DIMENSIONS, 10);
      const random = randomOf(7);
      const entries = Array.from({ length: 3000 }, (_, at) => ({
        ...entry(at + 1, vector()),
        user: at % 500 === 0 ? 'rare' : `user-${Math.floor(random() * 5)}`,
        agent: at % 3 === 0 ? '' : 'helper',
      }));
      for (let at = 0; at < entries.length; at += 1000) await put(entries.slice(at, at + 1000));
      const rare = { tenant: 'acme', user: 'rare', agent: 'helper', everybody: false };
      const query = vector();
      expect((await index.search(rare, query, 20)).map(({ seq }) => seq)).toEqual(
        exactly(source.vectors.values(), rare, query, 20),
      );
      let hits = 0;
      for (let n = 0; n < 20; n += 1) {
        const viewer = { tenant: 'acme', user: `user-${n % 5}`, agent: '', everybody: n % 4 === 0 };
        const asked = vector();
        const exact = new Set(exactly(source.vectors.values(), viewer, asked, 10));
        hits += (await index.search(viewer, asked, 10)).filter(({ seq }) => exact.has(seq)).length;
      }
      expect(hits / 200).toBeGreaterThanOrEqual(0.98);
    });

    on('takes much at the same time', async ({ index, put, source }) => {
      const vector = clustered(8, DIMENSIONS, 3);
      const batches = Array.from({ length: 8 }, (_, batch) =>
        Array.from({ length: 25 }, (__, at) => entry(batch * 25 + at + 1, vector())),
      );
      await Promise.all(
        batches.map(async (batch) => {
          await put(batch);
          const { seq, vector: own } = batch[3] ?? entry(0, axis(0));
          expect((await index.search(everybodyOf('acme'), own, 1)).map((found) => found.seq)).toEqual([seq]);
        }),
      );
      expect(await index.seqs(0, 300)).toEqual([...source.vectors.keys()].toSorted((a, b) => a - b));
    });
  });
}

interface Tools {
  readonly index: VectorIndex;
  readonly source: TestSource;
  readonly put: (entries: readonly StoredVector[]) => Promise<void>;
  readonly remove: (tenant: string, seqs: readonly number[]) => Promise<void>;
}

function entry(seq: number, vector: Float32Array): StoredVector {
  return { seq, tenant: 'acme', user: '', agent: '', vector };
}

function axis(at: number): Float32Array {
  const vector = new Float32Array(DIMENSIONS);
  vector[at] = 1;
  return vector;
}

function cosine(a: Float32Array | undefined, b: Float32Array): number {
  return a === undefined ? Number.NaN : a.reduce((sum, part, at) => sum + part * (b[at] ?? 0), 0);
}

/** Waits until an index that is being made is there. */
export async function settled(index: VectorIndex): Promise<void> {
  while (index.state().building !== undefined) await new Promise((resolve) => setTimeout(resolve, 5));
}
