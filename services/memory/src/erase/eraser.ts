import { HoldfastError } from '@holdfast/protocol';
import { change, type Database } from '@holdfast/storage';
import type { Logger } from '@holdfast/telemetry';

import type { Viewer } from '../record.ts';
import type { Records } from '../records/records.ts';
import { type Certificate, type ErasedFrom, hashOf, type Pending } from './certificate.ts';
import type { EraseFault } from './fault.ts';
import { createLedger, type Erasure } from './ledger.ts';
import type { ErasableStore, Erasing, What } from './store.ts';
import { targetsOf } from './targets.ts';

/** How often stores that could not be reached are asked again. */
const AGAIN_MS = 60_000;

/** What the eraser is made of. */
export interface EraserDeps {
  /** With ERASURE_SCHEMA. */
  readonly database: Database;
  readonly records: Records;
  /** In the order in which they are asked: the records behind the indices that are counted by them, files last. */
  readonly stores: readonly ErasableStore[];
  readonly now: () => number;
  readonly newId: () => string;
  readonly logger: Logger;
  readonly fault?: EraseFault;
}

/** What is asked for. */
export interface EraseRequest {
  /** Whose memories can be erased: what they do not see, they do not erase. */
  readonly viewer: Viewer;
  /** Who asks, and why. */
  readonly subject: string;
  readonly reason: string;
  readonly what: What;
}

/**
 * Erases memories from every store (ME-3), and certifies it. An erasure is durable before anything is removed: one that
 * was killed goes on with the next start, and a store that is gone is asked until it is back.
 */
export interface Eraser {
  /** Erases, and answers when every store that can be reached is done; `pending` names the others. */
  erase(request: EraseRequest): Promise<Certificate>;
  /** Newest first; with an id that one. */
  certificates(tenant: string, id?: string): Promise<readonly Certificate[]>;
  /** Goes on with what is not complete, now and from time to time until `close`. */
  start(): void;
  /** Goes on with what is not complete, once; gives the certificates of what it went on with. */
  resume(): Promise<readonly Certificate[]>;
  /** Ends after the erasure that is under way. */
  close(): Promise<void>;
}

/** Makes the eraser of one process. */
export function createEraser(deps: EraserDeps): Eraser {
  const { database, records, stores, now, newId, logger, fault = () => undefined } = deps;
  const ledger = createLedger(database);
  let turn: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  /** One after the other: each writes the files anew at its end. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    // Whoever asked hears of a failure; the next one only waits.
    turn = mine.catch(() => undefined);
    return mine;
  };

  const goOn = async (erasure: Erasure): Promise<Certificate> => {
    const { viewer, what } = erasure.wanted;
    let { certificate } = erasure;
    if (erasure.state === 'begun') {
      const { targets, restored } = await targetsOf(database, records, viewer, what);
      certificate = { ...certificate, memories: targets.length, sha256: hashOf(targets.map(({ id }) => id)) };
      await ledger.target(certificate, targets, restored);
      fault('after-targets');
    }
    const erasing: Erasing = { tenant: viewer.tenant, what, targets: await ledger.targets(certificate.id) };
    const done = new Map(certificate.stores.map((from) => [from.store, from]));
    const pending: Pending[] = [];
    for (const store of stores) {
      const before = done.get(store.store);
      // Files hold what the others have removed since.
      if (before?.left === 0 && store.store !== 'files') continue;
      try {
        const from = await eraseFrom(store, erasing, before?.removed ?? 0);
        done.set(store.store, from);
        if (from.left > 0) pending.push({ source: store.store, reason: `${from.left} entries are left` });
      } catch (error) {
        logger.warn({ err: error, erasure: certificate.id, store: store.store }, 'A store was not erased from yet.');
        pending.push({ source: store.store, reason: HoldfastError.from(error).message });
      }
      await ledger.note({ ...certificate, stores: [...done.values()], pending });
      fault('after-store');
    }
    await restore(viewer, await ledger.restored(certificate.id));
    certificate = { ...certificate, stores: [...done.values()], pending };
    if (pending.length > 0) return certificate;
    fault('before-complete');
    await ledger.complete(certificate);
    return certificate;
  };

  /** What only an erased summary spoke for is active again. */
  const restore = async ({ tenant }: Viewer, ids: readonly string[]) => {
    const viewer: Viewer = { tenant, user: '', agent: '', everybody: true };
    for (const id of ids) {
      try {
        await records.setState(viewer, [id], 'active');
      } catch (error) {
        // Another memory says the same by now: this one stays archived, under nothing.
        if (!HoldfastError.has(error, 'CONFLICT')) throw error;
        await change(database, `update memory_record set archived_into = '' where tenant = ? and id = ?`, [tenant, id]);
      }
    }
  };

  const resume = () =>
    inTurn(async () => {
      const certificates: Certificate[] = [];
      for (const erasure of await ledger.open()) if (!closed) certificates.push(await goOn(erasure));
      return certificates;
    });

  const again = () => {
    resume()
      .catch((error: unknown) => logger.warn({ err: error }, 'Erasures that are not complete wait.'))
      .finally(() => {
        if (!closed) timer = setTimeout(again, AGAIN_MS).unref();
      });
  };

  return {
    async erase({ viewer, subject, reason, what }) {
      const certificate: Certificate = {
        id: newId(),
        tenant: viewer.tenant,
        at: now(),
        subject,
        reason,
        what: what.kind === 'ids' ? `ids:${what.ids.length}` : `${what.kind}:${what.name}`,
        sha256: hashOf([]),
        memories: 0,
        stores: [],
        pending: stores.map(({ store }) => ({ source: store, reason: 'not begun' })),
      };
      const wanted = { viewer, what };
      await ledger.begin(certificate, wanted);
      fault('after-begin');
      return await inTurn(() => goOn({ state: 'begun', wanted, certificate }));
    },
    certificates: (tenant, id) => ledger.list(tenant, id),
    start: again,
    resume,
    async close() {
      closed = true;
      clearTimeout(timer);
      await turn;
    },
  };
}

async function eraseFrom(store: ErasableStore, erasing: Erasing, before: number): Promise<ErasedFrom> {
  const removed = before + (await store.erase(erasing));
  return { store: store.store, product: store.product, removed, left: await store.left(erasing) };
}
