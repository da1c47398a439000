import { queryTerms } from '@holdfast/text';

import type { Draft, MemoryRecord, Viewer } from '../record.ts';
import type { Added, Records } from '../records/records.ts';
import type { LexicalIndex } from '../lexical/lexical.ts';
import type { Assessment } from './defence.ts';
import { saysTheSame } from './dedupe.ts';

/** What keeping is made of. */
export interface KeeperDeps {
  readonly records: Records;
  readonly lexical: LexicalIndex;
  readonly assess: (draft: Draft) => Assessment;
  /** S of a memory once it was said again, days. */
  readonly strengthened: (record: MemoryRecord, now: number) => number;
  readonly now: () => number;
}

/**
 * Keeps drafts; the answers are in their order.
 *
 * @param ids import: a draft with an id is kept under it, also where a memory says nearly the same. content: ids are made
 * from what drafts say, and such a memory takes their place. Left out: import
 */
export type Keep = (drafts: readonly Draft[], ids?: 'import' | 'content') => Promise<readonly Added[]>;

/** More at once come from imports and documents: looking for what is nearly the same would cost more than it saves. */
const MOST_LOOKED_UP = 50;
const CANDIDATES = 5;
const TERMS = 24;

/**
 * Has the defences look at drafts, strengthens what is known already where a fact is said again in nearly the same words,
 * and keeps the rest in one transaction.
 */
export function createKeeper({ records, lexical, assess, strengthened, now }: KeeperDeps): Keep {
  const knownAs = async (draft: Draft): Promise<MemoryRecord | undefined> => {
    if (draft.kind !== 'fact' && draft.kind !== 'experience') return undefined;
    const viewer: Viewer = { ...draft.scope, everybody: false };
    const terms = queryTerms(draft.text).slice(0, TERMS);
    const found = await lexical.search(
      viewer,
      terms.map((term) => ({ term, weight: 1 })),
      CANDIDATES,
    );
    const there = await records.bySeq(
      { viewer, kinds: [draft.kind] },
      found.map(({ seq }) => seq),
    );
    return there.find(
      ({ scope, text }) =>
        scope.user === draft.scope.user && scope.agent === draft.scope.agent && saysTheSame(text, draft.text),
    );
  };

  return async (drafts, ids = 'import') => {
    const looked = drafts.map((draft) => assessed(draft, assess));
    const answers = new Map<number, Added>();
    if (drafts.length <= MOST_LOOKED_UP) {
      for (const [at, draft] of looked.entries()) {
        if (draft.state !== 'active' || (ids === 'import' && draft.id !== undefined)) continue;
        const record = await knownAs(draft);
        if (record) answers.set(at, { record, as: 'known' });
      }
    }
    const rest = looked.flatMap((draft, at) => (answers.has(at) ? [] : [{ draft, at }]));
    const added = rest.length === 0 ? [] : await records.add(rest.map(({ draft }) => draft));
    for (const [nth, one] of added.entries()) {
      const at = rest[nth]?.at;
      if (at !== undefined) answers.set(at, one);
    }
    const again = [...answers.values()].filter(({ as, record }) => as === 'known' && record.state === 'active');
    const at = now();
    await records.visit(
      [...new Map(again.map(({ record }) => [record.seq, record])).values()].map((record) => ({
        seq: record.seq,
        at,
        strengthDays: strengthened(record, at),
      })),
    );
    return looked.flatMap((_, nth) => answers.get(nth) ?? []);
  };
}

/** What says its state keeps it: it was archived or held back before. */
function assessed(draft: Draft, assess: KeeperDeps['assess']): Draft {
  if (draft.state === 'archived' || draft.state === 'quarantined') return draft;
  const { state, quarantineReason, confidence } = assess(draft);
  return { ...draft, state, confidence, ...(quarantineReason === '' ? {} : { quarantineReason }) };
}
