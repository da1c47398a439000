import { create, HoldfastError, type MemoryApi, memorypb } from '@holdfast/protocol';

import type { Entity, Graph } from '../graph/graph.ts';
import type { Draft, MemoryRecord } from '../record.ts';
import type { Added, Records } from '../records/records.ts';
import { callerOf, draftOf, entityOf, filterOf, memoryOf, relationOf, scopeOf, stateOf } from '../wire.ts';
import { ofEveryState } from './memories.ts';

type Calls = Pick<MemoryApi, 'exportMemories' | 'importMemories'>;

/** What taking memory out and in is made of. */
export interface TransferDeps {
  readonly records: Records;
  readonly graph: Graph;
  /** Keeps drafts after the defences have looked at them. */
  readonly keep: (drafts: readonly Draft[]) => Promise<readonly Added[]>;
  readonly retention: (record: MemoryRecord) => number;
}

const PAGE = 500;
const MOST_IN = 1000;

/** Exports and imports. */
export function transferApi({ records, graph, keep, retention }: TransferDeps): Calls {
  return {
    async *exportMemories(request) {
      const filter = ofEveryState(filterOf(callerOf(request.caller), request.filter));
      for (let after = ''; ; ) {
        const page = await records.list(filter, { order: 'oldest', after, limit: PAGE });
        for (const record of page.records)
          yield exported({ case: 'memory', value: memoryOf(record, retention(record)) });
        if (page.next === '') break;
        after = page.next;
      }
      const told = new Set<string>();
      for (let after = ''; ; ) {
        const relations = await graph.relations(filter.viewer, after, PAGE);
        const ids = relations.flatMap(({ subject, object }) => [subject, object]).filter((id) => !told.has(id));
        for (const entity of await graph.byId(filter.viewer.tenant, [...new Set(ids)])) {
          told.add(entity.id);
          yield exported({ case: 'entity', value: entityOf(entity) });
        }
        for (const relation of relations) yield exported({ case: 'relation', value: relationOf(relation) });
        const last = relations.at(-1);
        if (last === undefined || relations.length < PAGE) break;
        after = last.id;
      }
    },

    async importMemories(request) {
      const caller = callerOf(request.caller);
      if (request.records.length > MOST_IN) {
        throw new HoldfastError('TOO_LARGE', `At most ${MOST_IN} records go in one call. Nothing was taken in.`);
      }
      const answer = create(memorypb.ImportMemoriesResponseSchema, {});
      const fail = (index: number, thrown: unknown): void => {
        const { code, message } = HoldfastError.from(thrown);
        answer.problems.push(create(memorypb.ImportProblemSchema, { index, error: { code, message } }));
      };
      const count = ({ as }: Added): void => {
        if (as === 'known') answer.known++;
        else if (as === 'quarantined') answer.quarantined++;
        else answer.imported++;
      };
      const memories: { index: number; draft: Draft }[] = [];
      const entities = new Map<string, memorypb.Entity>();
      const relations: { index: number; relation: memorypb.Relation }[] = [];
      for (const [index, { record }] of request.records.entries()) {
        if (record.case === 'memory') {
          const draft = importedDraft(caller, record.value);
          const scope = request.scope ? scopeOf(caller, request.scope) : draft.scope;
          memories.push({ index, draft: { ...draft, scope } });
        } else if (record.case === 'entity') entities.set(record.value.id, record.value);
        else if (record.case === 'relation') relations.push({ index, relation: record.value });
      }
      await keepAll(memories, keep, count, fail);
      const names = await namesOf(graph, caller.tenant, relations, entities);
      for (const { index, relation } of relations) {
        const [subject, object] = [names.get(relation.subject), names.get(relation.object)];
        if (!subject || !object) {
          fail(
            index,
            new HoldfastError('NOT_FOUND', 'Its entities are not in this file before it, and not known here.'),
          );
          continue;
        }
        try {
          const made = await graph.relate({
            scope: scopeOf(caller, request.scope ?? relation.scope),
            subject,
            predicate: relation.predicate,
            object,
            validFrom: relation.validFrom,
            validUntil: relation.validUntil,
            confidence: relation.confidence,
            memoryIds: relation.memoryIds,
            exclusive: false,
          });
          for (const end of ['subject', 'object'] as const) {
            const aliases = entities.get(relation[end])?.aliases ?? [];
            if (aliases.length > 0) await graph.alias(caller.tenant, made[end].id, aliases);
          }
          answer.imported++;
        } catch (error) {
          fail(index, error);
        }
      }
      return answer;
    },
  };
}

/** All at once; where one of them is refused, each by itself, so that the others are kept. */
async function keepAll(
  memories: readonly { index: number; draft: Draft }[],
  keep: TransferDeps['keep'],
  count: (added: Added) => void,
  fail: (index: number, thrown: unknown) => void,
): Promise<void> {
  if (memories.length === 0) return;
  try {
    for (const added of await keep(memories.map(({ draft }) => draft))) count(added);
    return;
  } catch (error) {
    if (!HoldfastError.has(error, 'INVALID_ARGUMENT') && !HoldfastError.has(error, 'CONFLICT')) throw error;
  }
  for (const { index, draft } of memories) {
    try {
      for (const added of await keep([draft])) count(added);
    } catch (error) {
      fail(index, error);
    }
  }
}

/** What was archived or held back stays so; what was active is looked at by the defences again. */
function importedDraft(caller: Parameters<typeof draftOf>[0], memory: memorypb.Memory): Draft {
  const draft = draftOf(caller, memory);
  const state = stateOf(memory.state);
  if (state === 'active') return draft;
  return { ...draft, state, ...(state === 'quarantined' ? { quarantineReason: memory.quarantineReason } : {}) };
}

interface Named {
  readonly name: string;
  readonly type: string;
}

async function namesOf(
  graph: Graph,
  tenant: string,
  relations: readonly { readonly relation: memorypb.Relation }[],
  given: ReadonlyMap<string, memorypb.Entity>,
): Promise<ReadonlyMap<string, Named>> {
  const ids = [...new Set(relations.flatMap(({ relation }) => [relation.subject, relation.object]))];
  const known: readonly Entity[] = await graph.byId(
    tenant,
    ids.filter((id) => !given.has(id)),
  );
  return new Map<string, Named>([
    ...known.map(({ id, name, type }) => [id, { name, type }] as const),
    ...[...given].map(([id, { name, type }]) => [id, { name, type }] as const),
  ]);
}

function exported(record: memorypb.ExportedRecord['record']): memorypb.ExportMemoriesResponse {
  return create(memorypb.ExportMemoriesResponseSchema, { record: { record } });
}
