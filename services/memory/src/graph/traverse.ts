import type { Relation } from './graph.ts';

/** Relations of any of these entities, the surest first, at most `limit`. */
export type RelationsAround = (ids: readonly string[], limit: number) => Promise<readonly Relation[]>;

/** What a walk came by. */
export interface Walk {
  /** In the order in which they were reached. */
  readonly entities: readonly string[];
  readonly relations: readonly Relation[];
  readonly truncated: boolean;
}

/** So many relations are looked at for each step, whatever hangs on a hub. */
const RELATIONS_PER_STEP = 4_000;
/** So many entities are gone on from. */
const FRONTIER = 500;
/** Relations for each entity of a neighbourhood. */
const PER_ENTITY = 4;

/** Breadth first from `from`, `depth` steps, until there are `limit` entities. */
export async function walkAround(
  around: RelationsAround,
  from: readonly string[],
  depth: number,
  limit: number,
): Promise<Walk> {
  const reached = new Set(from.slice(0, limit));
  const relations = new Map<string, Relation>();
  let truncated = from.length > limit;
  let frontier = [...reached];
  for (let step = 0; step < depth && frontier.length > 0; step += 1) {
    const bound = Math.min(limit * PER_ENTITY, RELATIONS_PER_STEP);
    const found = await around(frontier.slice(0, FRONTIER), bound + 1);
    truncated ||= frontier.length > FRONTIER || found.length > bound;
    const next: string[] = [];
    for (const relation of found.slice(0, bound)) {
      const fresh = [relation.subject, relation.object].filter((id) => !reached.has(id));
      if (reached.size + fresh.length > limit) {
        truncated = true;
        continue;
      }
      for (const id of fresh) {
        reached.add(id);
        next.push(id);
      }
      relations.set(relation.id, relation);
    }
    frontier = next;
  }
  return { entities: [...reached], relations: [...relations.values()], truncated };
}

interface Side {
  /** How each entity was reached: by which relation, from where. */
  readonly via: Map<string, { readonly relation: Relation; readonly back: string } | undefined>;
  readonly steps: Map<string, number>;
  frontier: string[];
}

/** A shortest way of at most `maxLength` relations, from both ends; nothing where there is none within the bounds. */
export async function walkBetween(around: RelationsAround, from: string, to: string, maxLength: number): Promise<Walk> {
  if (from === to) return { entities: [from], relations: [], truncated: false };
  const [start, end] = [sideOf(from), sideOf(to)];
  let truncated = false;
  for (let length = 0; length < maxLength; length += 1) {
    const [side, other] = start.frontier.length <= end.frontier.length ? [start, end] : [end, start];
    if (side.frontier.length === 0) break;
    const found = await around(side.frontier.slice(0, FRONTIER), RELATIONS_PER_STEP + 1);
    truncated ||= side.frontier.length > FRONTIER || found.length > RELATIONS_PER_STEP;
    advance(side, found.slice(0, RELATIONS_PER_STEP));
    const met = side.frontier
      .filter((id) => other.steps.has(id))
      .toSorted((a, b) => (other.steps.get(a) ?? 0) - (other.steps.get(b) ?? 0))[0];
    if (met !== undefined) return { ...joined(start, end, met), truncated: false };
  }
  return { entities: [], relations: [], truncated };
}

function sideOf(id: string): Side {
  return { via: new Map([[id, undefined]]), steps: new Map([[id, 0]]), frontier: [id] };
}

function advance(side: Side, relations: readonly Relation[]): void {
  const before = new Set(side.frontier);
  const next: string[] = [];
  for (const relation of relations) {
    const ends = [relation.subject, relation.object] as const;
    for (const [back, id] of [ends, [ends[1], ends[0]] as const]) {
      if (!before.has(back) || side.via.has(id)) continue;
      side.via.set(id, { relation, back });
      side.steps.set(id, (side.steps.get(back) ?? 0) + 1);
      next.push(id);
    }
  }
  side.frontier = next;
}

function joined(start: Side, end: Side, met: string): { entities: string[]; relations: Relation[] } {
  const [left, right] = [backFrom(start, met), backFrom(end, met)];
  return {
    entities: [...left.entities.toReversed(), met, ...right.entities],
    relations: [...left.relations.toReversed(), ...right.relations],
  };
}

function backFrom(side: Side, met: string): { entities: string[]; relations: Relation[] } {
  const entities: string[] = [];
  const relations: Relation[] = [];
  for (let step = side.via.get(met); step !== undefined; step = side.via.get(step.back)) {
    relations.push(step.relation);
    entities.push(step.back);
  }
  return { entities, relations };
}
