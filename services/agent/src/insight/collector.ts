import type { Intent, Outcome } from '../journal/record.ts';
import type { Observer, RunObserver } from '../run/observer.ts';
import { placeOf } from './histogram.ts';
import { bucketOf } from './range.ts';
import { type InsightKind, type InsightRow, RESOURCES, type ResourceSample } from './row.ts';

type Figures = {
  -readonly [Key in keyof InsightRow]: Key extends 'histogram' ? number[] : InsightRow[Key];
};

/** A row, and how often it was changed: in all, and when it was last written. */
interface Cell {
  readonly row: Figures;
  changes: number;
  written: number;
}

/** Rows that are to be written, each with the changes that it holds. */
export interface Pending {
  readonly rows: readonly InsightRow[];
  readonly cells: readonly { readonly cell: Cell; readonly changes: number }[];
}

const ENDED: Readonly<Record<string, InsightKind>> = {
  succeeded: 'run-succeeded',
  failed: 'run-failed',
  canceled: 'run-canceled',
};

/**
 * Counts what the runs of this process do, in memory: one look-up and a few additions an action. A row is this process's
 * own and is always written whole, so that writing it twice does no harm.
 */
export class InsightCollector {
  readonly #now: () => number;
  readonly #cells = new Map<string, Cell>();
  #bucketAt = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Sees the runs. */
  readonly observer: Observer = {
    run: (run): RunObserver => {
      if (run.queuedMs !== undefined) this.#time('queue', run.tenant, run.agent, run.queuedMs);
      return {
        action: (intent) => ({ traceparent: '', ended: (outcome) => this.#acted(run.tenant, intent, outcome) }),
        left: (how, activeMs) => {
          const kind = ENDED[how];
          if (kind) this.#time(kind, run.tenant, run.agent, activeMs);
        },
      };
    },
    problem: () => undefined,
  };

  /** Notes what this process uses. */
  sampled(sample: ResourceSample): void {
    for (const [key, name] of Object.entries(RESOURCES) as [keyof ResourceSample, string][]) {
      add(this.#cell('resource', '', name), sample[key]);
    }
  }

  /** What changed since it was last settled, as it is now. */
  pending(): Pending {
    const changed = [...this.#cells.values()].filter((cell) => cell.changes > cell.written);
    return {
      rows: changed.map(({ row }) => ({ ...row, histogram: [...row.histogram] })),
      cells: changed.map((cell) => ({ cell, changes: cell.changes })),
    };
  }

  /** Says that these rows are stored. Buckets that have ended are let go of. */
  settle(pending: Pending): void {
    for (const { cell, changes } of pending.cells) cell.written = changes;
    this.#advance();
    for (const [key, cell] of this.#cells) {
      if (cell.row.bucketAt < this.#bucketAt && cell.written === cell.changes) this.#cells.delete(key);
    }
  }

  #acted(tenant: string, intent: Intent, outcome: Outcome): void {
    const { type } = intent;
    // A playbook stands where a model does, but it is none.
    if (type === 'question' || intent.name.startsWith('playbook/')) return;
    const row = this.#time(type, tenant, outcome.model?.model ?? intent.name, outcome.at - intent.at);
    if (outcome.status === 'error' || outcome.status === 'unknown') row.errors += 1;
    if (!outcome.model) return;
    const { usage, costUsd } = outcome.model;
    row.inputTokens += whole(usage.inputTokens);
    row.outputTokens += whole(usage.outputTokens);
    if (costUsd === undefined || !Number.isFinite(costUsd)) row.costUnknown += 1;
    else row.costUsd += costUsd;
  }

  #time(kind: InsightKind, tenant: string, name: string, ms: number): Figures {
    const cell = this.#cell(kind, tenant, name);
    const duration = Math.max(0, ms);
    const place = placeOf(duration);
    const { histogram } = cell.row;
    while (histogram.length <= place) histogram.push(0);
    histogram[place] = (histogram[place] ?? 0) + 1;
    add(cell, duration);
    return cell.row;
  }

  #cell(kind: InsightKind, tenant: string, name: string): Cell {
    this.#advance();
    const key = `${this.#bucketAt}\n${kind}\n${tenant}\n${name}`;
    const known = this.#cells.get(key);
    if (known) return known;
    const figures = { count: 0, errors: 0, total: 0, maximum: 0, histogram: [] };
    const usage = { inputTokens: 0, outputTokens: 0, costUsd: 0, costUnknown: 0 };
    const row: Figures = { tenant, bucketAt: this.#bucketAt, kind, name, ...figures, ...usage };
    const cell = { row, changes: 0, written: 0 };
    this.#cells.set(key, cell);
    return cell;
  }

  /** Never back, also where the clock is set back: a bucket that was let go of must not begin again from nothing. */
  #advance(): void {
    this.#bucketAt = Math.max(this.#bucketAt, bucketOf(this.#now()));
  }
}

function add(cell: Cell, value: number): void {
  const { row } = cell;
  row.count += 1;
  row.total += value;
  row.maximum = Math.max(row.maximum, value);
  cell.changes += 1;
}

/** A provider's odd count must not make a row that the database refuses for ever. */
function whole(count: number): number {
  return Number.isFinite(count) ? Math.round(count) : 0;
}
