import { HoldfastError } from '@holdfast/protocol';

import type { SandboxUser } from '../../sandboxes/box.ts';
import type { FileEvent, FileWatch } from '../../sandboxes/files.ts';

/** Events that nobody fetches; beyond that the watcher is broken. */
const KEPT = 10_000;
const PER_SANDBOX = 256;

/** What is watched, and for whom. */
export interface Watched {
  readonly watch: FileWatch;
  readonly folder: string;
  readonly user: SandboxUser;
  readonly includeEntry: boolean;
}

interface Watcher {
  readonly watched: Watched;
  events: FileEvent[];
  error: HoldfastError | undefined;
}

/** The watchers of one sandbox that are asked again and again what has happened. */
export class Watchers {
  readonly #watchers = new Map<string, Watcher>();
  readonly #newId: () => string;

  constructor(newId: () => string) {
    this.#newId = newId;
  }

  /** @throws HoldfastError LIMIT_EXCEEDED where there are too many. */
  add(watched: Watched): string {
    if (this.#watchers.size >= PER_SANDBOX) {
      watched.watch.close();
      throw new HoldfastError('LIMIT_EXCEEDED', `There are ${PER_SANDBOX} watchers already; remove one first.`);
    }
    const id = `w${this.#newId()}`;
    const watcher: Watcher = { watched, events: [], error: undefined };
    this.#watchers.set(id, watcher);
    void collect(watcher);
    return id;
  }

  /**
   * What has happened since the last call.
   *
   * @throws HoldfastError NOT_FOUND where there is no such watcher, or why it broke.
   */
  take(id: string): { events: readonly FileEvent[]; watched: Watched } {
    const watcher = this.#find(id);
    if (watcher.error) throw watcher.error;
    const { events, watched } = watcher;
    watcher.events = [];
    return { events, watched };
  }

  /** @throws HoldfastError NOT_FOUND where there is no such watcher. */
  remove(id: string): void {
    this.#find(id).watched.watch.close();
    this.#watchers.delete(id);
  }

  #find(id: string): Watcher {
    const watcher = this.#watchers.get(id);
    if (watcher) return watcher;
    throw new HoldfastError('NOT_FOUND', `There is no watcher ${id} in this sandbox; create one.`);
  }
}

async function collect(watcher: Watcher): Promise<void> {
  try {
    for await (const event of watcher.watched.watch.events) {
      watcher.events.push(event);
      if (watcher.events.length > KEPT) {
        watcher.watched.watch.close();
        throw new HoldfastError(
          'LIMIT_EXCEEDED',
          `More than ${KEPT} events were not fetched; the watcher has stopped. Create another, and fetch more often.`,
        );
      }
    }
  } catch (error) {
    watcher.error = HoldfastError.from(error);
  }
}
