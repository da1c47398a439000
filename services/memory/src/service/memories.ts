import { create, HoldfastError, type MemoryApi, memorypb } from '@holdfast/protocol';

import { type Draft, leastTrust, type MemoryRecord, type RecordFilter, type Viewer } from '../record.ts';
import type { Added, RecordChange, RecordOrder, Records } from '../records/records.ts';
import { callerOf, draftOf, filterOf, kindOf, memoryOf, stateOf, viewerOf } from '../wire.ts';

/** What the calls over single memories are made of. */
export interface MemoriesDeps {
  readonly records: Records;
  /** Keeps drafts after the defences have looked at them. */
  readonly keep: (drafts: readonly Draft[]) => Promise<readonly Added[]>;
  /** R of a memory at this moment. */
  readonly retention: (record: MemoryRecord) => number;
  /** Makes memories as firm as new ones: what was restored would be forgotten again at once. */
  readonly refresh: (memories: readonly MemoryRecord[]) => Promise<void>;
  /** Something was written: the indices have to follow. */
  readonly wake: () => void;
}

type Calls = Pick<
  MemoryApi,
  'remember' | 'getMemory' | 'listMemories' | 'updateMemory' | 'mergeMemories' | 'changeState'
>;

const MOST_AT_ONCE = 1000;
const LISTED = { normal: 50, most: 500 };
const NEIGHBOURS = 2;
const MOST_TEXT = 32_000;
const ORDERS: Readonly<Record<memorypb.MemoryOrder, RecordOrder>> = {
  [memorypb.MemoryOrder.UNSPECIFIED]: 'newest',
  [memorypb.MemoryOrder.NEWEST]: 'newest',
  [memorypb.MemoryOrder.OLDEST]: 'oldest',
  [memorypb.MemoryOrder.FADING]: 'fading',
};
const AS = {
  new: memorypb.RememberedAs.NEW,
  known: memorypb.RememberedAs.KNOWN,
  quarantined: memorypb.RememberedAs.QUARANTINED,
} as const;
const EVERY_STATE = ['active', 'quarantined', 'archived'] as const;

/** Memories one by one: kept, looked at, edited, merged, archived and restored. */
export function memoriesApi({ records, keep, retention, refresh, wake }: MemoriesDeps): Calls {
  const wire = (record: MemoryRecord): memorypb.Memory => memoryOf(record, retention(record));
  const found = async (viewer: Viewer, id: string): Promise<MemoryRecord> => {
    const [record] = await records.get(viewer, [id]);
    if (record) return record;
    throw new HoldfastError(
      'NOT_FOUND',
      `There is no memory "${id.slice(0, 100)}" here, or it belongs to somebody else.`,
    );
  };

  return {
    async remember(request) {
      const caller = callerOf(request.caller);
      bounded(request.memories.length);
      const added = await keep(request.memories.map((memory) => draftOf(caller, memory)));
      return create(memorypb.RememberResponseSchema, { remembered: added.map((one) => rememberedOf(one, wire)) });
    },

    async getMemory(request) {
      const viewer = viewerOf(callerOf(request.caller), request.filter);
      const record = await found(viewer, request.id);
      const [recalledAt, originals, neighbours] = await Promise.all([
        records.visits(record.seq),
        records.originals(viewer, record.id),
        records.neighbours(record, NEIGHBOURS),
      ]);
      return create(memorypb.GetMemoryResponseSchema, {
        memory: wire(record),
        recalledAt: [...recalledAt],
        originals: originals.map(wire),
        neighbours: neighbours.map(wire),
      });
    },

    async listMemories(request) {
      const filter = filterOf(callerOf(request.caller), request.filter);
      const limit = Math.min(request.limit || LISTED.normal, LISTED.most);
      const [page, total] = await Promise.all([
        records.list(filter, { order: ORDERS[request.order], after: request.after, limit }),
        records.count(filter),
      ]);
      return create(memorypb.ListMemoriesResponseSchema, {
        memories: page.records.map(wire),
        next: page.next,
        total,
      });
    },

    async updateMemory(request) {
      const viewer = viewerOf(callerOf(request.caller), request.filter);
      const record = await records.update(viewer, request.id, request.revision, changeOf(request));
      wake();
      return create(memorypb.UpdateMemoryResponseSchema, { memory: wire(record) });
    },

    async mergeMemories(request) {
      const viewer = viewerOf(callerOf(request.caller), request.filter);
      const ids = [...new Set(request.ids)];
      bounded(ids.length);
      if (ids.length < 2) throw new HoldfastError('INVALID_ARGUMENT', 'Name at least two memories to merge.');
      const originals = await records.get(viewer, ids);
      if (originals.length < ids.length) {
        throw new HoldfastError('NOT_FOUND', 'Some of these memories are not here. Nothing was merged.');
      }
      const memory = await records.replace(originals, mergedOf(originals, request.text));
      wake();
      return create(memorypb.MergeMemoriesResponseSchema, { memory: wire(memory) });
    },

    async changeState(request) {
      const viewer = viewerOf(callerOf(request.caller), request.filter);
      bounded(request.ids.length);
      const state = stateOf(request.state);
      const before = state === 'active' ? await records.get(viewer, request.ids) : [];
      const changed = await records.setState(viewer, request.ids, state);
      const restored = new Set(before.filter((record) => record.state !== 'active').map(({ id }) => id));
      await refresh(changed.filter(({ id }) => restored.has(id)));
      wake();
      return create(memorypb.ChangeStateResponseSchema, { memories: changed.map(wire) });
    },
  };
}

/** What became of a draft, as clients see it. */
export function rememberedOf(
  { record, as }: Added,
  wire: (record: MemoryRecord) => memorypb.Memory,
): memorypb.Remembered {
  return create(memorypb.RememberedSchema, { memory: wire(record), as: AS[as] });
}

/** Every state: for exports and the like. */
export function ofEveryState(filter: RecordFilter): RecordFilter {
  return filter.states ? filter : { ...filter, states: EVERY_STATE };
}

function bounded(count: number): void {
  if (count > 0 && count <= MOST_AT_ONCE) return;
  throw new HoldfastError(
    'INVALID_ARGUMENT',
    `From 1 to ${MOST_AT_ONCE} memories go in one call; these are ${count}. Nothing was done.`,
  );
}

function changeOf(request: memorypb.UpdateMemoryRequest): RecordChange {
  const { text, pinned, confidence, attributes, kind, at } = request;
  return {
    ...(text === undefined ? {} : { text }),
    ...(pinned === undefined ? {} : { pinned }),
    ...(confidence === undefined ? {} : { confidence }),
    ...(attributes === undefined ? {} : { attributes }),
    ...(kind === undefined ? {} : { kind: kindOf(kind) }),
    ...(at === undefined ? {} : { at }),
  };
}

/** The one that speaks for several: as trusted as the least of them. */
function mergedOf(originals: readonly MemoryRecord[], text: string): Draft {
  const [first] = originals;
  if (!first) throw new HoldfastError('INTERNAL', 'There is nothing to merge.');
  const sameScope = originals.every(
    ({ scope }) => scope.user === first.scope.user && scope.agent === first.scope.agent,
  );
  if (!sameScope) {
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      'These memories belong to different users or agents: merging would show them to the wrong ones. Nothing was merged.',
    );
  }
  const joined = text === '' ? [...new Set(originals.map((one) => one.text.trim()))].join('\n') : text;
  const trust = leastTrust(originals);
  const same = (pick: (record: MemoryRecord) => string): string => {
    const values = new Set(originals.map(pick));
    return values.size === 1 ? pick(first) : '';
  };
  return {
    scope: first.scope,
    kind: originals.every(({ kind }) => kind === first.kind) ? first.kind : 'fact',
    text: joined.slice(0, MOST_TEXT),
    provenance: {
      trust,
      origin: 'user',
      runId: same(({ provenance }) => provenance.runId),
      actionId: '',
      documentId: same(({ provenance }) => provenance.documentId),
      author: same(({ provenance }) => provenance.author),
      evidence: '',
      location: '',
    },
    attributes: { merged: originals.map(({ id }) => id) },
    confidence: Math.min(...originals.map(({ confidence }) => confidence)),
    at: Math.max(...originals.map(({ at }) => at)),
    pinned: originals.some(({ pinned }) => pinned),
    strengthDays: Math.max(...originals.map(({ strengthDays }) => strengthDays)),
    state: 'active',
  };
}
