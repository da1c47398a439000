import { type commonpb, create, HoldfastError, memorypb } from '@holdfast/protocol';

import type { Entity, Relation } from './graph/graph.ts';
import type { Draft, Kind, MemoryRecord, RecordFilter, Scope, State, Trust, Viewer } from './record.ts';

const KINDS: Readonly<Record<Kind, memorypb.MemoryKind>> = {
  fact: memorypb.MemoryKind.FACT,
  experience: memorypb.MemoryKind.EXPERIENCE,
  turn: memorypb.MemoryKind.TURN,
  chunk: memorypb.MemoryKind.CHUNK,
  summary: memorypb.MemoryKind.SUMMARY,
};
const STATES: Readonly<Record<State, memorypb.MemoryState>> = {
  active: memorypb.MemoryState.ACTIVE,
  quarantined: memorypb.MemoryState.QUARANTINED,
  archived: memorypb.MemoryState.ARCHIVED,
};
const TRUSTS: Readonly<Record<Trust, memorypb.Trust>> = {
  user: memorypb.Trust.USER,
  agent: memorypb.Trust.AGENT,
  outside: memorypb.Trust.OUTSIDE,
};

/** Who asks. @throws HoldfastError INVALID_ARGUMENT where no tenant is told. */
export function callerOf(caller: commonpb.Caller | undefined): commonpb.Caller {
  if (caller && caller.tenant !== '') return caller;
  throw new HoldfastError('INVALID_ARGUMENT', 'The caller does not say its tenant. Nothing was done.');
}

/** Who a caller's own memories belong to. */
export function userOf(caller: commonpb.Caller): string {
  return caller.user === '' ? caller.subject : caller.user;
}

/** A scope as it is asked for. */
export function scopeOf(caller: commonpb.Caller, scope: memorypb.MemoryScope | undefined): Scope {
  return { tenant: caller.tenant, user: scope?.user ?? '', agent: scope?.agent ?? '' };
}

/** Who looks: without a filter, the caller themselves. */
export function viewerOf(caller: commonpb.Caller, filter: memorypb.MemoryFilter | undefined): Viewer {
  if (!filter) return { tenant: caller.tenant, user: userOf(caller), agent: '', everybody: false };
  return { ...scopeOf(caller, filter.scope), everybody: filter.everybody };
}

/** What is looked at. */
export function filterOf(caller: commonpb.Caller, filter: memorypb.MemoryFilter | undefined): RecordFilter {
  const viewer = viewerOf(caller, filter);
  if (!filter) return { viewer };
  return {
    viewer,
    ...(filter.kinds.length === 0 ? {} : { kinds: filter.kinds.map(kindOf) }),
    ...(filter.states.length === 0 ? {} : { states: filter.states.map(stateOf) }),
    ...(filter.group === '' ? {} : { group: filter.group }),
    ...(filter.runId === '' ? {} : { runId: filter.runId }),
    ...(filter.documentId === '' ? {} : { documentId: filter.documentId }),
    ...(filter.since === 0 ? {} : { since: filter.since }),
    ...(filter.until === 0 ? {} : { until: filter.until }),
    ...(filter.contains === '' ? {} : { contains: filter.contains }),
    ...(filter.pinned ? { pinned: true } : {}),
  };
}

/** The kind of a number; a fact where none is told. */
export function kindOf(kind: memorypb.MemoryKind): Kind {
  return wordOf(KINDS, kind, 'fact');
}

/** The state of a number; active where none is told. */
export function stateOf(state: memorypb.MemoryState): State {
  return wordOf(STATES, state, 'active');
}

/** The trust of a number; the least where none is told. */
export function trustOf(trust: memorypb.Trust): Trust {
  return wordOf(TRUSTS, trust, 'outside');
}

/** What is to be kept, as a client sent it. Its scope is one of the caller's tenant. */
export function draftOf(caller: commonpb.Caller, memory: memorypb.Memory): Draft {
  const from = memory.provenance;
  return {
    ...(memory.id === '' ? {} : { id: memory.id }),
    scope: scopeOf(caller, memory.scope),
    kind: kindOf(memory.kind),
    text: memory.text,
    provenance: {
      trust: trustOf(from?.trust ?? memorypb.Trust.UNSPECIFIED),
      origin: from?.origin ?? '',
      runId: from?.runId ?? '',
      actionId: from?.actionId ?? '',
      documentId: from?.documentId ?? '',
      author: from?.author ?? '',
      evidence: from?.evidence ?? '',
      location: from?.location ?? '',
    },
    attributes: memory.attributes ?? {},
    // 0 stands for "not said" on the wire.
    ...(memory.confidence === 0 ? {} : { confidence: memory.confidence }),
    ...(memory.at === 0 ? {} : { at: memory.at }),
    group: memory.group,
    position: memory.position,
    pinned: memory.pinned,
    ...(memory.strengthDays === 0 ? {} : { strengthDays: memory.strengthDays }),
  };
}

/** A memory as clients see it. @param retention R at this moment */
export function memoryOf(record: MemoryRecord, retention: number): memorypb.Memory {
  const { scope, provenance } = record;
  return create(memorypb.MemorySchema, {
    id: record.id,
    scope: { user: scope.user, agent: scope.agent },
    kind: KINDS[record.kind],
    state: STATES[record.state],
    text: record.text,
    attributes: record.attributes,
    provenance: {
      trust: TRUSTS[provenance.trust],
      origin: provenance.origin,
      runId: provenance.runId,
      actionId: provenance.actionId,
      documentId: provenance.documentId,
      author: provenance.author,
      evidence: provenance.evidence,
      location: provenance.location,
    },
    confidence: record.confidence,
    createdAt: record.createdAt,
    at: record.at,
    group: record.group,
    position: record.position,
    pinned: record.pinned,
    revision: record.revision,
    strengthDays: record.strengthDays,
    recalls: record.recalls,
    lastRecalledAt: record.lastRecalledAt,
    retention,
    archivedInto: record.archivedInto,
    quarantineReason: record.quarantineReason,
  });
}

/** An entity as clients see it. */
export function entityOf(entity: Entity): memorypb.Entity {
  return create(memorypb.EntitySchema, { ...entity, aliases: [...entity.aliases] });
}

/** A relation as clients see it. */
export function relationOf(relation: Relation): memorypb.Relation {
  const { scope, memoryIds, contradicts, ...rest } = relation;
  return create(memorypb.RelationSchema, {
    ...rest,
    scope: { user: scope.user, agent: scope.agent },
    memoryIds: [...memoryIds],
    contradicts: [...contradicts],
  });
}

function wordOf<W extends string>(words: Readonly<Record<W, number>>, value: number, otherwise: W): W {
  return (Object.keys(words) as W[]).find((word) => words[word] === value) ?? otherwise;
}
