import { setTimeout as sleep } from 'node:timers/promises';

import type { Pool, PoolClient } from 'pg';

import { type Lsn, parseLsn } from './lsn.ts';
import { createPool } from './pool.ts';

/** How long a read waits for a replica to replay what it must see, before it goes to the primary. */
const WAIT_MS = 50;
/** How long a replica that was late is asked without waiting, so that not every read pays for its lag. */
const LATE_MS = 1_000;
/** How often a replica that does not answer is tried again. */
const PROBE_MS = 1_000;
/** How long a replica may take to say how far it is. */
const ANSWER_MS = 1_000;

const POSITION = 'select pg_is_in_recovery() as standby, pg_last_wal_replay_lsn()::text as lsn';

/** One streaming standby, used while it answers. */
export class Replica {
  readonly #pool: Pool;
  #replayed: Lsn = 0n;
  #up = false;
  #lateUntil = 0;
  #probe: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(url: string) {
    this.#pool = createPool(url, { connectionTimeoutMillis: ANSWER_MS }).pool;
  }

  /** Whether it answered when it was last asked. */
  get up(): boolean {
    return this.#up;
  }

  /** Tries it once and takes it into use if it answers; else again later, until it does. */
  async probe(): Promise<void> {
    try {
      const client = await this.#pool.connect();
      try {
        await this.#ask(client);
        client.release();
      } catch (error) {
        client.release(true);
        throw error;
      }
      this.#up = true;
    } catch {
      // That it does not answer is not an error of anyone's read; it is simply not used.
      this.drop();
    }
  }

  /** Takes it out of use until it answers again. */
  drop(): void {
    this.#up = false;
    if (this.#closed || this.#probe !== undefined) return;
    this.#probe = setTimeout(() => {
      this.#probe = undefined;
      void this.probe();
    }, PROBE_MS);
    this.#probe.unref();
  }

  /** A connection that sees everything up to `after`; undefined when it is too late or does not answer. */
  async connect(after: Lsn): Promise<PoolClient | undefined> {
    let client: PoolClient | undefined;
    try {
      client = await this.#pool.connect();
      if (await this.#reaches(client, after)) return client;
      client.release();
    } catch {
      // The primary answers instead.
      client?.release(true);
      this.drop();
    }
    return undefined;
  }

  /** Closes its connections once they are given back. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#probe);
    await this.#pool.end();
  }

  async #reaches(client: PoolClient, after: Lsn): Promise<boolean> {
    if (this.#replayed >= after) return true;
    const deadline = performance.now() + WAIT_MS;
    const patient = performance.now() >= this.#lateUntil;
    for (let pause = 1; ; pause = Math.min(pause * 2, 10)) {
      await this.#ask(client);
      if (this.#replayed >= after) return true;
      if (!patient || performance.now() + pause > deadline) break;
      await sleep(pause);
    }
    this.#lateUntil = performance.now() + LATE_MS;
    return false;
  }

  async #ask(client: PoolClient): Promise<void> {
    const query = { text: POSITION, query_timeout: ANSWER_MS };
    const { rows } = await client.query<{ standby: boolean; lsn: string | null }>(query);
    const [row] = rows;
    // A server that was promoted, or never was a standby, has a history of its own.
    if (row?.standby !== true || row.lsn === null) throw new Error('not a standby');
    this.#replayed = parseLsn(row.lsn);
  }
}

/** The replica that the next read should try first: those in use take turns. */
export function createRotation(replicas: readonly Replica[]): () => Replica[] {
  let turn = 0;
  return () => {
    const inUse = replicas.filter((replica) => replica.up);
    const first = turn++ % Math.max(inUse.length, 1);
    return [...inUse.slice(first), ...inUse.slice(0, first)];
  };
}
