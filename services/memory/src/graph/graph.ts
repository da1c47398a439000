import type { Scope, Viewer } from '../record.ts';

/** Somebody or something that memories speak of. Names are compared by `nameKey`. */
export interface Entity {
  readonly id: string;
  readonly name: string;
  /** Empty: not known. */
  readonly type: string;
  readonly aliases: readonly string[];
  readonly degree: number;
  readonly createdAt: number;
}

/** That something is so between two entities, from when to when, and what says so. */
export interface Relation {
  readonly id: string;
  readonly scope: Scope;
  readonly subject: string;
  readonly predicate: string;
  readonly object: string;
  /** 0: not known, or for ever. */
  readonly validFrom: number;
  readonly validUntil: number;
  readonly confidence: number;
  readonly memoryIds: readonly string[];
  /** Relations that say otherwise: both are kept. */
  readonly contradicts: readonly string[];
  readonly createdAt: number;
}

/** What is to be related: entities by name or alias, made where there is none. */
export interface RelationDraft {
  readonly scope: Scope;
  readonly subject: { readonly name: string; readonly type: string };
  readonly predicate: string;
  readonly object: { readonly name: string; readonly type: string };
  readonly validFrom: number;
  readonly validUntil: number;
  readonly confidence: number;
  readonly memoryIds: readonly string[];
  /** One object at a time: another one whose time overlaps contradicts it. */
  readonly exclusive: boolean;
}

/** A part of the graph. */
export interface Subgraph {
  readonly entities: readonly Entity[];
  readonly relations: readonly Relation[];
  readonly truncated: boolean;
}

/**
 * The semantic tier (ME-1). Saying the same again adds its memories to the relation that is there. Everything is of one
 * tenant; relations are seen as memories are (Viewer), entities where a relation of theirs is, or `everybody`.
 */
export interface Graph {
  readonly name: 'database' | 'neo4j';
  relate(draft: RelationDraft): Promise<{
    readonly relation: Relation;
    readonly subject: Entity;
    readonly object: Entity;
    readonly contradicts: readonly Relation[];
  }>;
  entities(
    viewer: Viewer,
    wanted: { readonly query: string; readonly type: string; readonly limit: number },
  ): Promise<readonly Entity[]>;
  /** Entities whose name or alias has one of these keys (`nameKey`): how a query's names are looked up. */
  named(viewer: Viewer, keys: readonly string[]): Promise<readonly Entity[]>;
  /** Around these entities; without any, around those with the most relations. `at` 0: whatever held at any time. */
  neighbourhood(
    viewer: Viewer,
    from: readonly string[],
    wanted: { readonly depth: number; readonly at: number; readonly limit: number },
  ): Promise<Subgraph>;
  path(viewer: Viewer, from: string, to: string, maxLength: number): Promise<Subgraph>;
  /** `from` becomes an alias of `into`; its relations are kept. NOT_FOUND. */
  merge(tenant: string, into: string, from: string): Promise<Entity>;
  /** Adds names that belong to no other entity. INVALID_ARGUMENT, NOT_FOUND. */
  alias(tenant: string, entityId: string, names: readonly string[]): Promise<void>;
  /** With entities that have no other relation. false: it is not there, or the viewer does not see it. */
  removeRelation(viewer: Viewer, id: string): Promise<boolean>;
  /** Takes memories away from all relations; those that then rest on none are removed, with entities that have no other. */
  eraseMemories(
    tenant: string,
    memoryIds: readonly string[],
  ): Promise<{ readonly relations: number; readonly entities: number }>;
  /** Everything that belongs to one user. */
  eraseUser(tenant: string, user: string): Promise<{ readonly relations: number; readonly entities: number }>;
  count(tenant: string): Promise<{ readonly entities: number; readonly relations: number }>;
  /** Relations in the order of their ids, after `after`: for exports and verification. */
  relations(viewer: Viewer, after: string, limit: number): Promise<readonly Relation[]>;
  /** Entities by id. */
  byId(tenant: string, ids: readonly string[]): Promise<readonly Entity[]>;
  close(): Promise<void>;
}
