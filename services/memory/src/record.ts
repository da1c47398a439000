import type { JsonObject } from '@holdfast/protocol';

/** What a memory is: see MemoryKind in memory.proto. */
export const KINDS = ['fact', 'experience', 'turn', 'chunk', 'summary'] as const;
export type Kind = (typeof KINDS)[number];

/** Only active memories are indexed and recalled. */
export const STATES = ['active', 'quarantined', 'archived'] as const;
export type State = (typeof STATES)[number];

/** How much what a memory came from is trusted: a human, an agent, or something that was read. */
export const TRUSTS = ['user', 'agent', 'outside'] as const;
export type Trust = (typeof TRUSTS)[number];

/** What several memories together are trusted: no more than the least trusted of them. */
export function leastTrust(records: readonly Pick<MemoryRecord, 'provenance'>[]): Trust {
  return TRUSTS.findLast((trust) => records.some(({ provenance }) => provenance.trust === trust)) ?? 'outside';
}

/** Who a memory belongs to. An empty user: everybody of the tenant; an empty agent: every agent. */
export interface Scope {
  readonly tenant: string;
  readonly user: string;
  readonly agent: string;
}

/** Who looks. They see what belongs to nobody else: user empty or theirs, agent empty or theirs; with `everybody`, all of the tenant. */
export interface Viewer extends Scope {
  readonly everybody: boolean;
}

/** Where a memory came from. All but `trust` and `origin` may be empty. */
export interface Provenance {
  readonly trust: Trust;
  /** user, agent, run, tool, document, import. */
  readonly origin: string;
  readonly runId: string;
  readonly actionId: string;
  readonly documentId: string;
  /** Who said it: a user id, a tool's name, a speaker. */
  readonly author: string;
  /** Word for word; at most 2,000 characters. */
  readonly evidence: string;
  /** Where in a document: a heading path, a page, a line. */
  readonly location: string;
}

/** One memory of the long-term tier (ME-1). Times are epoch milliseconds. */
export interface MemoryRecord {
  /** The key of the indices: unique in the whole database, rising in the order of writing. */
  readonly seq: number;
  readonly id: string;
  readonly scope: Scope;
  readonly kind: Kind;
  readonly state: State;
  readonly text: string;
  readonly attributes: JsonObject;
  readonly provenance: Provenance;
  /** 0 to 1. */
  readonly confidence: number;
  readonly createdAt: number;
  /** When what it says took place or was said. */
  readonly at: number;
  /** A conversation or document, and the place in it. Empty: it stands alone, at 0. */
  readonly group: string;
  readonly position: number;
  readonly pinned: boolean;
  readonly revision: number;
  /** S of R = exp(-t / S), days. */
  readonly strengthDays: number;
  readonly recalls: number;
  /** 0: never. */
  readonly lastRecalledAt: number;
  /** The memory that speaks for it, where it was compressed or merged; else empty. */
  readonly archivedInto: string;
  readonly quarantineReason: string;
}

/** What is to be kept. */
export interface Draft {
  /** Left out: one is made. */
  readonly id?: string;
  readonly scope: Scope;
  readonly kind: Kind;
  readonly text: string;
  readonly provenance: Provenance;
  readonly attributes?: JsonObject;
  /** Left out: 1 for users, 0.7 for agents, 0.5 for what was read. */
  readonly confidence?: number;
  /** Left out: now. */
  readonly at?: number;
  readonly group?: string;
  readonly position?: number;
  readonly pinned?: boolean;
  /** Left out: active, or quarantined by the defences. */
  readonly state?: State;
  readonly quarantineReason?: string;
  /** Left out: what a new memory has. */
  readonly strengthDays?: number;
}

/** Which memories are looked at. What is left out bounds nothing; without `states`, active ones only. */
export interface RecordFilter {
  readonly viewer: Viewer;
  /** Only what belongs to exactly this user; empty: to everybody. What a viewer sees is more. */
  readonly user?: string;
  readonly kinds?: readonly Kind[];
  readonly states?: readonly State[];
  readonly group?: string;
  readonly runId?: string;
  readonly documentId?: string;
  /** `at` not before, and before. */
  readonly since?: number;
  readonly until?: number;
  readonly contains?: string;
  readonly pinned?: boolean;
}
