import { HoldfastError } from '@holdfast/protocol';

import { BOUNDS, type Bounds } from './bounds.ts';
import { type Changes, listChanges } from './list.ts';
import { restoreOrNothing } from './restore.ts';
import { type Ended, RunHistory, storeOf } from './run-history.ts';

/** Whose files, and where they are. */
export interface RunFiles {
  /** Tenant and run. */
  readonly key: string;
  /** Host path of the workspace, which lies in a folder of its own. */
  readonly workspace: string;
}

/** Files of one answer to {@link FileHistory.list}. */
const LIST_FILES = 20_000;

/**
 * Which files each call of a run has changed, with their contents, so that they can be shown and gone back to. The
 * looks at one workspace come one after the other, so this must be the only one that writes for a run.
 */
export class FileHistory {
  readonly #now: () => number;
  readonly #bounds: Bounds;
  readonly #runs = new Map<string, { queue: Promise<unknown>; history: RunHistory | undefined }>();

  /** @param now epoch milliseconds */
  constructor(now: () => number, bounds: Bounds = BOUNDS) {
    this.#now = now;
    this.#bounds = bounds;
  }

  /** Before a call that may change files: notes what is there before the first of them. */
  async begin(run: RunFiles): Promise<void> {
    await this.#inTurn(run, async () => undefined);
  }

  /**
   * After such a call, and before anybody hears of its end: what changed since the last record is its change, on the
   * disk when this resolves. Of calls at the same time, the one that ends first gets all; what an interrupted call
   * left goes to the next one.
   *
   * @returns whether the whole workspace was looked at
   */
  record(run: RunFiles, ended: Ended): Promise<boolean> {
    return this.#inTurn(run, (history) => history.record(ended));
  }

  /** The recorded changes. @throws HoldfastError STORAGE_CORRUPT */
  async list({ workspace }: RunFiles): Promise<{ changes: readonly Changes[]; truncated: boolean }> {
    return listChanges((await storeOf(workspace).log.read()) ?? [], LIST_FILES);
  }

  /** A kept content. @throws HoldfastError NOT_FOUND, INVALID_ARGUMENT */
  async read({ workspace }: RunFiles, sha256: string): Promise<Uint8Array> {
    if (!/^[\da-f]{64}$/.test(sha256)) {
      throw new HoldfastError('INVALID_ARGUMENT', 'A version is named by the 64 hex digits of its SHA-256.');
    }
    const content = await storeOf(workspace).objects.get(sha256);
    if (content) return content;
    throw new HoldfastError('NOT_FOUND', `This version was not kept: it is too large, or the run's store was full.`);
  }

  /** See {@link restoreOrNothing}. The old run may go on meanwhile; a record of it that is being made is waited for. */
  async restore(from: RunFiles, to: string, ended: readonly Ended[]): Promise<readonly string[]> {
    await this.#runs.get(from.key)?.queue;
    return restoreOrNothing(from.workspace, to, ended, this.#bounds);
  }

  /** Forgets what is held in memory for a run. */
  async release(key: string): Promise<void> {
    const run = this.#runs.get(key);
    const queue = run?.queue;
    await queue;
    if (run?.queue === queue) this.#runs.delete(key);
  }

  #inTurn<T>({ key, workspace }: RunFiles, work: (history: RunHistory) => Promise<T>): Promise<T> {
    const run = this.#runs.get(key) ?? { queue: Promise.resolve(), history: undefined };
    this.#runs.set(key, run);
    const done = run.queue.then(async () => {
      run.history ??= await RunHistory.open(workspace, { bounds: this.#bounds, now: this.#now });
      try {
        return await work(run.history);
      } catch (error) {
        // What is in memory may be ahead of the disk: it is read again next time.
        run.history = undefined;
        throw error;
      }
    });
    run.queue = done.catch(() => undefined);
    return done;
  }
}
