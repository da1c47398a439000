import { HoldfastError } from '@holdfast/protocol';
import type { Database, Statement } from '@holdfast/storage';
import { analyse, queryTerms } from '@holdfast/text';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Scope, Viewer } from '../record.ts';
import type { LexicalDocument, LexicalIndex, QueryTerm, Scored } from './lexical.ts';

/** An index over a database of its own, its tables made. */
export interface LexicalSubject {
  readonly database: Database;
  readonly index: LexicalIndex;
  readonly close: () => Promise<void>;
}

const INJECTIONS = [
  '" OR "',
  '"',
  "'; drop table memory_lexical_entry; --",
  'own : secret',
  '{own near} : secret',
  'NEAR(secret gold, 5)',
  'secret*',
  '^secret',
  'secret) OR (gold',
  'NOT gold',
  'secret AND gold',
  '\0secret',
  '\ud800',
  '%',
  '\\',
  '$1',
  '?',
  '',
  ' ',
];

/** The suite that the lexical index passes on every product below it. `open` gives a sentence where it cannot run here. */
export function describeLexical(product: string, open: () => Promise<LexicalSubject | string>): void {
  describe(`ME-2 the lexical index on ${product}`, () => {
    let subject: LexicalSubject | undefined;
    let missing = '';
    let seq = 0;
    let tenants = 0;
    const test = (title: string, body: (on: LexicalSubject) => Promise<void>) =>
      it(title, async (context) => {
        if (!subject) return context.skip(missing);
        await body(subject);
      });
    beforeAll(async () => {
      const opened = await open();
      if (typeof opened === 'string') missing = opened;
      else subject = opened;
    });
    afterAll(() => subject?.close());

    const tenant = () => `tenant ${++tenants}`;
    const put = async ({ database, index }: LexicalSubject, scope: Scope, text: string, near = '', key = ++seq) => {
      const document: LexicalDocument = { seq: key, scope, own: analyse(text), near: analyse(near) };
      await database.transact(index.put(document));
      return key;
    };
    const find = ({ index }: LexicalSubject, scope: Scope, query: string, limit = 10): Promise<readonly Scored[]> =>
      index.search({ ...scope, everybody: false }, termsOf(query), limit);
    const keys = (found: readonly Scored[]) => found.map((one) => one.seq);
    const everyone = (of: string): Scope => ({ tenant: of, user: '', agent: '' });

    test('finds English and Chinese by their words, the rarer first', async (on) => {
      const scope = everyone(tenant());
      const paris = await put(on, scope, 'Caroline moved to Paris in May 2023.');
      const rain = await put(on, scope, 'Caroline said that it rained all day.');
      const tea = await put(on, scope, '外婆每天早上在院子里喝龙井茶。');
      const coffee = await put(on, scope, '早上喝咖啡。');
      for (let n = 0; n < 20; n++) await put(on, scope, `Caroline wrote line ${n} of something else. 第${n}行`);
      expect(keys(await find(on, scope, 'When did Caroline move to Paris?'))[0]).toBe(paris);
      expect(keys(await find(on, scope, 'raining'))).toEqual([rain]);
      expect(keys(await find(on, scope, '谁在喝龍井茶？'))).toEqual([tea, coffee]);
      expect(keys(await find(on, scope, '2023-05'))).toEqual([paris]);
      expect(await find(on, scope, 'zebra 斑马')).toEqual([]);
    });

    test('gives scores that fall and are above zero, the newer first where they are equal', async (on) => {
      const scope = everyone(tenant());
      const same = [];
      for (let n = 0; n < 5; n++) same.push(await put(on, scope, 'an apple on the table'));
      for (let n = 0; n < 20; n++) await put(on, scope, `nothing of that ${n}`);
      const best = await put(on, scope, 'apple apple');
      const found = await find(on, scope, 'apple');
      expect(keys(found)).toEqual([best, ...same.toReversed()]);
      expect(found.every(({ score }) => score > 0)).toBe(true);
      expect(keys(await find(on, scope, 'apple', 2))).toEqual([best, same.at(-1)]);
      expect(await find(on, scope, 'apple', 0)).toEqual([]);
    });

    test('counts neighbours less than the text itself', async (on) => {
      const scope = everyone(tenant());
      const neighbour = await put(on, scope, 'we talked about it', 'my violin is broken');
      const itself = await put(on, scope, 'my violin is broken', 'we talked about it');
      for (let n = 0; n < 10; n++) await put(on, scope, `other ${n}`);
      expect(keys(await find(on, scope, 'violin'))).toEqual([itself, neighbour]);
    });

    test('tells the one that fits among so few that many have each word', async (on) => {
      const scope = { tenant: tenant(), user: '', agent: '' };
      await put(on, scope, 'I prefer trains over flying.');
      const right = await put(on, scope, 'Flights need approval by the finance lead.', 'Expenses');
      await put(on, scope, 'Expenses go to her.', 'Flights need approval by the finance lead.');
      const terms = queryTerms('who approves flights').map((term) => ({ term, weight: 1 }));
      const found = await on.index.search({ ...scope, everybody: true }, [...terms, { term: 'fli', weight: 0.25 }], 10);
      expect(found[0]?.seq).toBe(right);
      expect(found[0]?.score).toBeGreaterThan(0.1);
    });

    test('weighs the terms of a query', async (on) => {
      const scope = everyone(tenant());
      const dog = await put(on, scope, 'dog');
      const cat = await put(on, scope, 'cat');
      for (let n = 0; n < 10; n++) await put(on, scope, `bird ${n}`);
      const ask = async (terms: QueryTerm[]) => keys(await on.index.search({ ...scope, everybody: false }, terms, 9));
      const [d, c] = ['dog', 'cat'];
      expect(
        await ask([
          { term: d, weight: 1 },
          { term: c, weight: 0.5 },
        ]),
      ).toEqual([dog, cat]);
      expect(
        await ask([
          { term: d, weight: 0.3 },
          { term: c, weight: 0.9 },
        ]),
      ).toEqual([cat, dog]);
      expect(
        await ask([
          { term: d, weight: 0 },
          { term: c, weight: 1 },
        ]),
      ).toEqual([cat]);
      expect(
        await ask([
          { term: d, weight: Number.NaN },
          { term: c, weight: -1 },
        ]),
      ).toEqual([]);
    });

    test('takes the place of what is there, and removes', async (on) => {
      const scope = everyone(tenant());
      const key = await put(on, scope, 'the old harbour', 'lighthouse');
      await put(on, scope, 'the new bridge', '', key);
      expect(keys(await find(on, scope, 'harbour lighthouse'))).toEqual([]);
      expect(keys(await find(on, scope, 'bridge'))).toEqual([key]);
      await on.database.transact(on.index.remove(key));
      await on.database.transact([...on.index.remove(key), ...on.index.remove(seq + 1_000_000)]);
      await on.database.transact(on.index.purge());
      expect(await find(on, scope, 'bridge')).toEqual([]);
      await put(on, scope, 'the third bridge', '', key);
      expect(keys(await find(on, scope, 'bridge'))).toEqual([key]);
      expect(await on.index.seqs(key - 1, 1)).toEqual([key]);
    });

    test('shows nothing of another tenant, user or agent', async (on) => {
      const [a, b] = [tenant(), tenant()];
      const all = await put(on, { tenant: a, user: '', agent: '' }, 'secret of all');
      const ann = await put(on, { tenant: a, user: 'ann', agent: '' }, 'secret of Ann');
      const bob = await put(on, { tenant: a, user: 'bob', agent: '' }, 'secret of Bob');
      const coder = await put(on, { tenant: a, user: '', agent: 'coder' }, 'secret of the coder');
      const annCoder = await put(on, { tenant: a, user: 'ann', agent: 'coder' }, 'secret of Ann and the coder');
      const other = await put(on, { tenant: b, user: 'ann', agent: 'coder' }, 'secret of another');
      const seen = async (viewer: Viewer) =>
        keys(await on.index.search(viewer, termsOf('secret'), 99)).sort((x, y) => x - y);
      expect(await seen({ tenant: a, user: '', agent: '', everybody: false })).toEqual([all]);
      expect(await seen({ tenant: a, user: 'ann', agent: '', everybody: false })).toEqual([all, ann]);
      expect(await seen({ tenant: a, user: 'ann', agent: 'coder', everybody: false })).toEqual([
        all,
        ann,
        coder,
        annCoder,
      ]);
      expect(await seen({ tenant: a, user: 'bob', agent: 'writer', everybody: false })).toEqual([all, bob]);
      expect(await seen({ tenant: a, user: '', agent: '', everybody: true })).toEqual([all, ann, bob, coder, annCoder]);
      expect(await seen({ tenant: b, user: 'ann', agent: 'coder', everybody: false })).toEqual([other]);
      expect(await seen({ tenant: tenant(), user: 'ann', agent: '', everybody: true })).toEqual([]);
      await put(on, { tenant: a, user: 'bob', agent: '' }, 'secret of Ann', '', ann);
      expect(await seen({ tenant: a, user: 'ann', agent: '', everybody: false })).toEqual([all]);
    });

    test('is not led astray by documents of others that have a term much oftener', async (on) => {
      const [a, b] = [everyone(tenant()), everyone(tenant())];
      const wanted = await put(on, a, 'kumquat jam');
      await put(on, a, 'bread and jam');
      for (let n = 0; n < 8; n++) await put(on, a, `page ${n}`);
      const before = keys(await find(on, a, 'kumquat jam'));
      for (let n = 0; n < 60; n++) await put(on, b, `kumquat kumquat ${n}`);
      expect(keys(await find(on, a, 'kumquat jam'))).toEqual(before);
      expect(before[0]).toBe(wanted);
    });

    test('takes any text as a term, and no text as a query of its own', async (on) => {
      const scope = everyone(tenant());
      const gold = await put(on, scope, 'gold');
      await put(on, { ...scope, user: 'other' }, 'secret gold');
      for (const term of INJECTIONS) {
        const found = await on.index.search({ ...scope, everybody: false }, [{ term, weight: 1 }], 9);
        expect(found, term).toEqual([]);
      }
      for (const term of INJECTIONS) {
        const key = ++seq;
        await on.database.transact(on.index.put({ seq: key, scope, own: [term, 'x'], near: [term] }));
        const found = await on.index.search({ ...scope, everybody: false }, [{ term, weight: 1 }], 9);
        expect(keys(found), JSON.stringify(term)).toEqual(term === '' ? [] : [key]);
      }
      expect(keys(await find(on, scope, 'gold'))).toEqual([gold]);
    });

    test('keeps names of tenants and users with any signs in them apart', async (on) => {
      const names = ["o'neil", 'o"neil', 'a b', 'a', 'b', '租户', '%', '_', 'A'];
      const of = tenant();
      const own = new Map<string, number>();
      for (const user of names) own.set(user, await put(on, { tenant: of, user, agent: user }, 'same words'));
      for (const [user, key] of own) {
        expect(keys(await find(on, { tenant: of, user, agent: user }, 'words'))).toEqual([key]);
      }
    });

    test('takes texts without words, very long ones, and very many terms', async (on) => {
      const scope = everyone(tenant());
      const empty = await put(on, scope, '');
      const long = await put(on, scope, `${'lorem '.repeat(20_000)} needle ${'x'.repeat(100_000)}`);
      expect(keys(await find(on, scope, 'needle'))).toEqual([long]);
      expect(await find(on, scope, '')).toEqual([]);
      const many = Array.from({ length: 500 }, (_, n) => ({ term: `t${n}`, weight: (n % 10) / 10 }));
      expect(await on.index.search({ ...scope, everybody: false }, many, 9)).toEqual([]);
      expect(await on.index.seqs(empty - 1, 2)).toEqual([empty, long]);
    });

    test('leaves nothing of a batch that is undone', async (on) => {
      const scope = everyone(tenant());
      const kept = await put(on, scope, 'granite');
      const fails: Statement = { ...(on.index.remove(0)[0] as Statement), expect: 7 };
      const lost = ++seq;
      const batch = [
        ...on.index.put({ seq: lost, scope: { ...scope, user: 'new' }, own: ['granit', 'lost'], near: [] }),
        ...on.index.put({ seq: kept, scope, own: ['other'], near: [] }),
        fails,
      ];
      await expect(on.database.transact(batch)).rejects.toSatisfy((error) => HoldfastError.has(error, 'CONFLICT'));
      await expect(on.database.transact([...on.index.remove(kept), fails])).rejects.toSatisfy((error) =>
        HoldfastError.has(error, 'CONFLICT'),
      );
      expect(keys(await find(on, { ...scope, user: 'new' }, 'granite'))).toEqual([kept]);
      expect(await find(on, { ...scope, user: 'new' }, 'lost other')).toEqual([]);
      expect(await on.index.seqs(kept - 1, 9)).toEqual([kept]);
    });

    test('finds among thousands, with common words in the query, and lists all of them', async (on) => {
      const scope = everyone(tenant());
      const first = seq + 1;
      for (let batch = 0; batch < 25; batch++) {
        const statements: Statement[] = [];
        for (let n = 0; n < 200; n++) {
          const key = ++seq;
          const own = ['common', key % 2 === 0 ? 'even' : 'odd', key % 100 < 2 ? 'few' : 'most', `n${key - first}`];
          statements.push(...on.index.put({ seq: key, scope, own, near: [] }));
        }
        await on.database.transact(statements);
      }
      const wanted = first + 4321;
      const terms = ['common', 'odd', 'even', 'n4321', 'n4320'].map((term) => ({ term, weight: 1 }));
      const found = keys(await on.index.search({ ...scope, everybody: false }, terms.slice(0, 4), 5));
      expect(found[0]).toBe(wanted);
      // A common word alone still finds; beside rarer ones it orders what they find.
      const odd = { term: 'odd', weight: 1 };
      expect(await on.index.search({ ...scope, everybody: false }, [odd], 7)).toHaveLength(7);
      for (const [word, rest] of [
        ['even', 0],
        ['odd', 1],
      ] as const) {
        const asked = ['few', word].map((term) => ({ term, weight: 1 }));
        const best = keys(await on.index.search({ ...scope, everybody: false }, asked, 50));
        expect(best.filter((key) => key % 100 === rest)).toHaveLength(50);
      }
      const listed: number[] = [];
      for (let after = first - 1; ; after = listed.at(-1) ?? after) {
        const page = await on.index.seqs(after, 1500);
        listed.push(...page);
        if (page.length < 1500) break;
      }
      expect(listed).toEqual(Array.from({ length: 5000 }, (_, n) => first + n));
    });
  });
}

function termsOf(query: string): QueryTerm[] {
  return queryTerms(query).map((term) => ({ term, weight: 1 }));
}
