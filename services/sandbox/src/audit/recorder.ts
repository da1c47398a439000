import type { AuditClock, AuditStats, AuditTarget } from './audit.ts';
import type { AuditEvent, AuditRecord, Sighting } from './audit-record.ts';
import { type AuditRule, judge } from './rules.ts';

/** How long records of a sandbox that is not watched any more may be on their way, milliseconds. */
export const AFTERMATH = 3000;

interface Watched {
  readonly target: AuditTarget;
  /** Monotonic milliseconds. */
  readonly since: number;
  readonly until: number;
}

interface RecorderOptions {
  readonly rules: readonly AuditRule[];
  readonly onRecord: (record: AuditRecord) => void;
  readonly onKill: (sandboxId: string, record: AuditRecord) => void;
  readonly clock: AuditClock;
}

/** Makes records of sightings: whose it is, what the rules say, and who is told. */
export class Recorder {
  readonly #options: RecorderOptions;
  /** For each sandbox what it was watched as, oldest first. */
  readonly #watched = new Map<string, Watched[]>();
  #events = 0;
  #lost = 0;
  #suppressed = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  watch(target: AuditTarget): void {
    this.unwatch(target.sandboxId);
    const since = this.#options.clock.monotonic();
    const earlier = this.#watched.get(target.sandboxId) ?? [];
    this.#watched.set(target.sandboxId, [...earlier, { target, since, until: Number.POSITIVE_INFINITY }]);
  }

  unwatch(sandboxId: string): void {
    const now = this.#options.clock.monotonic();
    for (const [id, list] of this.#watched) {
      const kept = list
        .map((one) => (id === sandboxId && one.until > now ? { ...one, until: now } : one))
        .filter(({ until }) => until + AFTERMATH > now);
      if (kept.length === 0) this.#watched.delete(id);
      else this.#watched.set(id, kept);
    }
  }

  /** Records what one sandbox did at `monotonic`. Nothing is done when it was not watched then. */
  record(sandboxId: string, monotonic: number, seen: Sighting): void {
    const watched = this.#watched.get(sandboxId)?.find(({ since, until }) => since <= monotonic && monotonic < until);
    if (watched === undefined) return;
    const { clock, rules, onRecord, onKill } = this.#options;
    const rule = judge(rules, seen);
    const { tenant, runId, actionId } = watched.target;
    const record: AuditRecord = {
      at: Math.round(clock.now() - Math.max(0, clock.monotonic() - monotonic)),
      sandboxId,
      tenant,
      ...(runId !== undefined && { runId }),
      ...(actionId !== undefined && { actionId }),
      ...seen,
      ...(rule !== undefined && { verdict: rule.verdict, rule: rule.name }),
    };
    this.#events += 1;
    onRecord(record);
    if (rule?.verdict === 'kill') onKill(sandboxId, record);
  }

  /** What is missing from the records of one sandbox: too many of one kind. */
  suppressed(sandboxId: string, event: AuditEvent, count: number): void {
    this.#suppressed += count;
    this.record(sandboxId, this.#options.clock.monotonic(), missing('suppressed', `${count} of ${event}`));
  }

  /** Records that are missing, of whichever sandbox: each one's record says so. */
  lost(count: number, detail: string): void {
    this.#lost += count;
    this.#recordForAll(missing('lost', detail));
  }

  /** A time of which nothing is known: each sandbox's record says so. */
  gap(detail: string): void {
    this.#recordForAll(missing('gap', detail));
  }

  stats(): AuditStats {
    return { events: this.#events, lost: this.#lost, suppressed: this.#suppressed };
  }

  #recordForAll(seen: Sighting): void {
    for (const sandboxId of this.#watched.keys()) this.record(sandboxId, this.#options.clock.monotonic(), seen);
  }
}

function missing(event: AuditEvent, detail: string): Sighting {
  return { pid: 0, command: '', event, detail };
}
