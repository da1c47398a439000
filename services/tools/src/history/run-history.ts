import { dirname, join } from 'node:path';

import type { Bounds } from './bounds.ts';
import { compare } from './compare.ts';
import { Kept } from './kept.ts';
import { type Entry, Log } from './log.ts';
import { Objects } from './objects.ts';
import { apply, emptyState, type State } from './state.ts';

/** The call after which a workspace is looked at. */
export interface Ended {
  readonly actionId: string;
  /** 1 for the first. */
  readonly attempt: number;
}

/** The store of one run. It lies beside the workspace, so that the sandbox does not see it. */
export function storeOf(workspace: string): { log: Log; objects: Objects } {
  const folder = join(dirname(workspace), 'history');
  return { log: new Log(join(folder, 'log.jsonl')), objects: new Objects(join(folder, 'objects')) };
}

/** The file history of one run, for the one who writes it. Its calls must come one after the other. */
export class RunHistory {
  readonly #workspace: string;
  readonly #bounds: Bounds;
  readonly #now: () => number;
  readonly #log: Log;
  readonly #objects: Objects;
  readonly #state: State;
  readonly #kept: Kept;
  #next: number;

  private constructor(
    workspace: string,
    entries: readonly Entry[],
    { bounds, now }: { bounds: Bounds; now: () => number },
  ) {
    this.#workspace = workspace;
    this.#bounds = bounds;
    this.#now = now;
    const { log, objects } = storeOf(workspace);
    this.#log = log;
    this.#objects = objects;
    this.#state = emptyState();
    this.#kept = new Kept(bounds.storeBytes);
    for (const entry of entries) this.#take(entry);
    this.#next = (entries.at(-1)?.n ?? -1) + 1;
  }

  /**
   * Opens the history of a run. One that has none yet gets its baseline: the files that are there before its first
   * call, which no call has changed.
   *
   * @throws HoldfastError STORAGE_CORRUPT; a system error.
   */
  static async open(workspace: string, options: { bounds: Bounds; now: () => number }): Promise<RunHistory> {
    const entries = await storeOf(workspace).log.open();
    const history = new RunHistory(workspace, entries ?? [], options);
    if (!entries?.length) await history.#record({ actionId: '', attempt: 0 }, 'always');
    return history;
  }

  /**
   * Records what changed since the last time; nothing where nothing did. After a failure, open the history anew.
   *
   * @returns whether the whole workspace was looked at
   */
  record(ended: Ended): Promise<boolean> {
    return this.#record(ended, 'changes');
  }

  async #record({ actionId, attempt }: Ended, when: 'always' | 'changes'): Promise<boolean> {
    const { complete, files, made, removed } = await compare({
      workspace: this.#workspace,
      state: this.#state,
      objects: this.#objects,
      kept: this.#kept,
      bounds: this.#bounds,
      now: this.#now,
    });
    if (when === 'changes' && files.length + made.length + removed.length === 0) return complete;
    const entry: Entry = {
      n: this.#next,
      action_id: actionId,
      attempt,
      at: this.#now(),
      complete,
      files: [...files],
      made: [...made],
      removed: [...removed],
    };
    await this.#log.append(entry);
    this.#next += 1;
    this.#take(entry);
    return complete;
  }

  #take(entry: Entry): void {
    apply(this.#state, entry);
    for (const { after } of entry.files) this.#kept.count(after);
  }
}
