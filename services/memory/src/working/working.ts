import type { JsonObject } from '@holdfast/protocol';

import type { Scope } from '../record.ts';

/** One thing that was said or done in the conversation at hand. */
export interface WorkingItem {
  /** user, assistant, tool, note. */
  readonly role: string;
  readonly text: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly attributes: JsonObject;
}

/** A conversation at hand. */
export interface WorkingSession {
  readonly session: string;
  readonly scope: Scope;
  readonly count: number;
  /** Of the first `summarised` items; empty: there is none. */
  readonly summary: string;
  readonly summarised: number;
  readonly usedAt: number;
  readonly expiresAt: number;
}

/**
 * The working tier (ME-1): conversations that go away when they were not used for `ttlMs`. Reading and writing count as
 * use. A session belongs to a tenant and is known by its name.
 */
export interface Working {
  readonly name: 'database' | 'redis';
  /**
   * Adds items at the end.
   *
   * @param expect how many the caller believes to be there; CONFLICT where there are others
   */
  append(scope: Scope, session: string, items: readonly WorkingItem[], expect?: number): Promise<WorkingSession>;
  /** The session and its items from `from` on; undefined where there is none (any more). */
  read(
    tenant: string,
    session: string,
    from?: number,
  ): Promise<{ readonly session: WorkingSession; readonly items: readonly WorkingItem[] } | undefined>;
  /** Keeps the summary of the first `summarised` items; false where it was summarised further meanwhile. */
  summarise(tenant: string, session: string, summary: string, summarised: number): Promise<boolean>;
  list(tenant: string): Promise<readonly WorkingSession[]>;
  clear(tenant: string, session: string): Promise<boolean>;
  /** Removes all sessions of a user; gives their number. */
  eraseUser(tenant: string, user: string): Promise<number>;
  /** Removes what has expired: Redis does so itself. */
  sweep(): Promise<void>;
  close(): Promise<void>;
}
