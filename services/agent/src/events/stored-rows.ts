import type { Journal } from '../journal/journal.ts';
import { type EventId, formatEventId, fromSegment, type RunEvent } from './event.ts';

/** One stored row of events. */
export interface StoredRow {
  readonly entry: number;
  readonly events: readonly RunEvent[];
}

/** Rows that are kept: some 8 KB of text each. */
const KEPT = 128;

/**
 * Reads stored events row by row. Viewers that read the same place of a run at about the same time share what was read:
 * a thousand that stall cost little more than one.
 */
export class StoredRows {
  readonly #journal: Pick<Journal, 'segments'>;
  /** The one used longest ago first. */
  readonly #recent = new Map<string, Promise<StoredRow | undefined>>();

  constructor(journal: Pick<Journal, 'segments'>) {
    this.#journal = journal;
  }

  /**
   * The next row after a place; undefined where there is none yet.
   *
   * @param entry the last row that was read, or 0
   */
  async next(runId: string, after: EventId, entry: number): Promise<StoredRow | undefined> {
    const key = `${runId} ${entry} ${formatEventId(after)}`;
    const reading = this.#recent.get(key) ?? this.#read(runId, after, entry);
    this.#recent.delete(key);
    this.#recent.set(key, reading);
    try {
      const row = await reading;
      // What comes after the last row may be there the next time.
      if (!row) this.#recent.delete(key);
      return row;
    } catch (error) {
      this.#recent.delete(key);
      throw error;
    } finally {
      const oldest = this.#recent.size > KEPT ? this.#recent.keys().next().value : undefined;
      if (oldest !== undefined) this.#recent.delete(oldest);
    }
  }

  async #read(runId: string, after: EventId, entry: number): Promise<StoredRow | undefined> {
    const [segment] = await this.#journal.segments(runId, after, entry, 1);
    return segment && { entry: segment.entry, events: fromSegment(segment) };
  }
}
