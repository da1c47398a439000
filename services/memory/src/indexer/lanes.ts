import type { Embedder } from '@holdfast/models';
import { HoldfastError, type JsonObject } from '@holdfast/protocol';
import type { Database } from '@holdfast/storage';
import type { Logger } from '@holdfast/telemetry';

import type { Records } from '../records/records.ts';
import type { VectorIndex, VectorIndexes } from '../vectors/vectors.ts';
import { createBackoff, type RetryTimes } from './backoff.ts';
import { createEmbedders } from './embedders.ts';
import type { IndexerFault } from './fault.ts';
import { type Lane, openLane, sourceOf } from './lane.ts';
import { claimTarget, readRoles, type Remembered, type Roles, switchServing } from './serving.ts';

/** What the lanes need. See IndexerDeps. */
export interface LanesDeps {
  readonly database: Database;
  readonly records: Records;
  readonly indexes: VectorIndexes;
  readonly embedder: Embedder;
  readonly spec: JsonObject;
  readonly previous: (id: string, spec: JsonObject) => Promise<Embedder | undefined>;
  readonly monotonic: () => number;
  readonly retry: RetryTimes;
  readonly logger: Logger;
  readonly fault: IndexerFault;
}

/**
 * The embedder that serves, and while it is being changed the one that takes its place. The database says who has which
 * role; everything else follows from that, so that a change can be broken off anywhere, gone on with, or taken back.
 */
export interface Lanes {
  /** Takes changes in, and embeds for what serves; false: there is nothing to do. */
  step(signal: AbortSignal): Promise<boolean>;
  /** Embeds for what takes its place, and lets it serve when it has all; beside `step`, since it may take long. */
  stepNext(signal: AbortSignal): Promise<boolean>;
  /** The change that every index has taken in durably; undefined: not opened yet. */
  readonly durable: number | undefined;
  /** The last change that all lanes have taken in, durable or not. */
  readonly at: number | undefined;
  /** What answers a query. @throws HoldfastError MODEL_UNAVAILABLE and those of the index. */
  answering(): Promise<{ readonly embedder: Embedder; readonly index: VectorIndex }>;
  /** Whether the roles have changed since they were last looked at; what answers is another one then. */
  changed(): Promise<boolean>;
  serving(): Promise<{ readonly embedder: string; readonly index: VectorIndex }>;
  indices(): readonly VectorIndex[];
  progress(): Promise<{
    readonly serving: string;
    readonly next?: { readonly embedder: string; readonly toEmbed: number };
    readonly toEmbed: number;
    readonly toLink: number;
    readonly refused: number;
  }>;
  close(): Promise<void>;
}

interface Open {
  readonly roles: Roles;
  readonly current: Lane;
  /** The lane of the configured embedder, where another one serves. */
  readonly next: Lane | undefined;
}

/** Makes the lanes; they are opened at the first use. */
export function createLanes(deps: LanesDeps): Lanes {
  const { database, records, indexes, embedder, logger, fault } = deps;
  const mine: Remembered = { embedder: embedder.id, dimensions: embedder.dimensions, spec: deps.spec };
  const backoff = createBackoff(deps.retry, deps.monotonic);
  const embedders = createEmbedders({
    configured: embedder,
    previous: deps.previous,
    backoff,
    monotonic: deps.monotonic,
  });
  /** Failures of the embedder that still serves: they must not hold up the one that takes its place. */
  const patience = createBackoff(deps.retry, deps.monotonic);
  let opening: Promise<Open> | undefined;
  let open: Open | undefined;
  let cleared = '';

  const begin = async (roles: Roles, before: Open | undefined): Promise<Open> => {
    const there = new Map([before?.current, before?.next].flatMap((lane) => (lane ? [[lane.id, lane]] : [])));
    const laneOf = async ({ embedder: id, dimensions }: Remembered) =>
      there.get(id) ?? (await openLane(deps, { id, dimensions }));
    const current = await laneOf(roles.serving);
    const changing = roles.serving.embedder !== mine.embedder && roles.target.embedder === mine.embedder;
    const next = changing ? await laneOf(mine) : undefined;
    if (changing) logger.info({ from: current.id, to: mine.embedder }, 'Memories are being embedded anew.');
    for (const lane of there.values()) if (lane !== current && lane !== next) await lane.index.close();
    open = { roles, current, next };
    return open;
  };
  /** Opens what the roles ask for, one after the other; a failure is tried again at the next call. */
  const openFor = (roles: () => Promise<Roles>): Promise<Open> => {
    const before = opening?.catch(() => undefined) ?? Promise.resolve();
    const turn: Promise<Open> = before
      .then(roles)
      .then((said) => (open && sameRoles(open.roles, said) ? open : begin(said, open)))
      .catch((error: unknown) => {
        if (opening === turn) opening = undefined;
        throw error;
      });
    opening = turn;
    return turn;
  };
  const closeLane = async (lane: Lane | undefined): Promise<void> => {
    try {
      await lane?.close();
    } catch (error) {
      logger.warn(
        { err: error },
        'The vector index was not made durable at its end; the next start brings it up to date.',
      );
    }
  };
  const opened = (): Promise<Open> => opening ?? openFor(() => claimTarget(database, mine));

  /** The lanes by the roles as they are now: another process may have changed them. */
  const look = async (): Promise<Open> => {
    const state = await opened();
    const roles = await readRoles(database);
    return roles === undefined || sameRoles(roles, state.roles) ? state : await openFor(async () => roles);
  };

  /** Removes vectors and indices of embedders that have no role. */
  const clear = async ({ serving, target }: Roles) => {
    const keep = [...new Set([serving.embedder, target.embedder])];
    if (cleared === keep.join('\n')) return;
    await records.dropVectors(keep);
    fault('after-drop');
    for (const id of await indexes.list()) {
      if (keep.includes(id)) continue;
      const index = await indexes.open(id, mine.dimensions, sourceOf(records, id));
      await index.drop();
    }
    cleared = keep.join('\n');
  };

  const finish = async ({ roles }: Open): Promise<void> => {
    fault('before-switch');
    if (!(await switchServing(database, roles))) return;
    fault('after-switch');
    // Queries go to the new index from here on; what is no longer needed is cleared in the next step.
    await look();
    await embedders.close();
    logger.info({ embedder: mine.embedder }, 'All memories are embedded anew; the old vectors go.');
  };

  /** New memories are to be found by the embedder that still serves, too. */
  const embedForOld = async ({ roles, current }: Open, signal: AbortSignal): Promise<boolean> => {
    if (patience.until > deps.monotonic()) return false;
    try {
      const serving = await embedders.get(roles.serving);
      const did = serving !== undefined && (await current.embed(serving, signal));
      patience.succeeded();
      return did;
    } catch (error) {
      if (patience.reason === '') logger.warn({ err: error }, 'The embedder that still serves does not answer.');
      patience.failed(HoldfastError.from(error).message);
      return false;
    }
  };

  return {
    async step(signal) {
      const state = await look();
      const { roles, current, next } = state;
      if (roles.target.embedder === mine.embedder) await clear(roles);
      let did = await current.follow();
      if (next === undefined) {
        const serving = await embedders.get(roles.serving);
        return (serving !== undefined && (await current.embed(serving, signal))) || did;
      }
      did = (await next.follow()) || did;
      return (await embedForOld(state, signal)) || did;
    },
    async stepNext(signal) {
      const state = await look();
      const { next } = state;
      if (next === undefined) return false;
      if (await next.embed(embedder, signal)) return true;
      if ((await next.waiting()) > 0 || next.at < (await records.changeMarks()).last) return false;
      await finish(state);
      return true;
    },
    get at() {
      return open === undefined ? undefined : Math.min(open.current.at, open.next?.at ?? Infinity);
    },
    get durable() {
      return open === undefined ? undefined : Math.min(open.current.durable, open.next?.durable ?? Infinity);
    },
    async answering() {
      const { roles, current, next } = await opened();
      const serving = await embedders.get(roles.serving);
      if (serving !== undefined) return { embedder: serving, index: current.index };
      const waiting = (await next?.waiting()) ?? 0;
      const embedded = await records.countVectors(roles.target.embedder);
      throw new HoldfastError(
        'MODEL_UNAVAILABLE',
        `The embedder ${roles.serving.embedder} of the index cannot be had any more. Memories are being embedded by ` +
          `${roles.target.embedder}: ${embedded} are, ${waiting} are left. Until then they are found by their words.`,
        { details: { embedded, waiting } },
      );
    },
    async changed() {
      const before = open;
      return (await look()) !== before;
    },
    async serving() {
      const { current } = await opened();
      return { embedder: current.id, index: current.index };
    },
    indices: () => (open ? [open.current.index, ...(open.next ? [open.next.index] : [])] : []),
    async progress() {
      const lane = open?.next ?? open?.current;
      const toEmbed = lane ? await lane.waiting() : 0;
      const building = open?.current.index.state().building;
      return {
        serving: open?.current.id ?? '',
        ...(open?.next ? { next: { embedder: open.next.id, toEmbed } } : {}),
        toEmbed,
        toLink: building ? building.of - building.done : 0,
        refused: lane?.refused ?? 0,
      };
    },
    async close() {
      // An opening that fails has been told of to whoever waited for it.
      await opening?.catch(() => undefined);
      await Promise.all([closeLane(open?.current), closeLane(open?.next), embedders.close()]);
    },
  };
}

function sameRoles(a: Roles, b: Roles): boolean {
  return a.serving.embedder === b.serving.embedder && a.target.embedder === b.target.embedder;
}
