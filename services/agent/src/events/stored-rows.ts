import type { Journal } from '../journal/journal.ts';
import { type EventId, formatEventId, fromSegment, type RunEvent, type StoredSegment } from './event.ts';

/** One stored row of events. */
export interface StoredRow {
  readonly entry: number;
  readonly events: readonly RunEvent[];
}

/** Characters of stored rows that are kept. One row has 8 KB or so, but what piled up during a slow write is one row too. */
const KEPT_CHARS = 1024 * 1024;
/** And rows, however small. */
const KEPT_ROWS = 512;
/** Rows that are read together: who reads one of a long log asks for the next ones at once, and each question has its price. */
const READ_AHEAD = 16;

interface Kept {
  readonly reading: Promise<StoredRow | undefined>;
  /** 0 until it is read. */
  chars: number;
}

/**
 * Reads stored events row by row. Viewers that read the same place of a run at about the same time share what was read:
 * a thousand that stall cost little more than one.
 */
export class StoredRows {
  readonly #journal: Pick<Journal, 'segments'>;
  /** The one used longest ago first. */
  readonly #recent = new Map<string, Kept>();
  #chars = 0;

  constructor(journal: Pick<Journal, 'segments'>) {
    this.#journal = journal;
  }

  /**
   * The next row after a place; undefined where there is none yet.
   *
   * @param entry the last row that was read, or 0
   */
  async next(runId: string, after: EventId, entry: number): Promise<StoredRow | undefined> {
    const key = keyOf(runId, after, entry);
    const kept = this.#recent.get(key) ?? { reading: this.#read(key, runId, after, entry), chars: 0 };
    this.#recent.delete(key);
    this.#recent.set(key, kept);
    try {
      const row = await kept.reading;
      // What comes after the last row may be there the next time.
      if (!row && this.#recent.get(key) === kept) this.#drop(key, kept);
      return row;
    } catch (error) {
      if (this.#recent.get(key) === kept) this.#drop(key, kept);
      throw error;
    } finally {
      this.#trim();
    }
  }

  async #read(key: string, runId: string, after: EventId, entry: number): Promise<StoredRow | undefined> {
    const [segment, ...ahead] = await this.#journal.segments(runId, after, entry, READ_AHEAD);
    if (!segment) return undefined;
    const kept = this.#recent.get(key);
    if (kept?.chars === 0) {
      kept.chars = segment.body.length;
      this.#chars += kept.chars;
    }
    let before = segment;
    for (const next of ahead) {
      this.#keep(keyOf(runId, { fence: before.fence, n: before.lastN }, before.entry), next);
      before = next;
    }
    return { entry: segment.entry, events: fromSegment(segment) };
  }

  /** Keeps a row that nobody has asked for yet. It is parsed when somebody does. */
  #keep(key: string, segment: StoredSegment & { readonly entry: number }): void {
    if (this.#recent.has(key)) return;
    let row: Promise<StoredRow> | undefined;
    const chars = segment.body.length;
    this.#recent.set(key, {
      get reading() {
        row ??= Promise.resolve({ entry: segment.entry, events: fromSegment(segment) });
        return row;
      },
      chars,
    });
    this.#chars += chars;
  }

  #trim(): void {
    for (const [key, kept] of this.#recent) {
      if (this.#recent.size <= KEPT_ROWS && this.#chars <= KEPT_CHARS) return;
      this.#drop(key, kept);
    }
  }

  #drop(key: string, kept: Kept): void {
    this.#recent.delete(key);
    this.#chars -= kept.chars;
  }
}

function keyOf(runId: string, after: EventId, entry: number): string {
  return `${runId} ${entry} ${formatEventId(after)}`;
}
