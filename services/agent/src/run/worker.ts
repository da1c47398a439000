import type { Model } from '@holdfast/models';
import { HoldfastError, type ToolsApi } from '@holdfast/protocol';

import type { AgentConfig } from '../config.ts';
import type { EventLog } from '../events/log.ts';
import type { Claim, Journal, Loaded, StoredSignal } from '../journal/journal.ts';
import type { Created, JournalRecord, Limits } from '../journal/record.ts';
import type { RunMemory } from '../memory/run-memory.ts';
import type { AgentPool, Pooled } from '../schedule/pool.ts';
import { foldAndAnnounce } from './announce.ts';
import { CheckpointManager } from './checkpoint.ts';
import { endNow, recordsOf, type Signal } from './control.ts';
import { Driver } from './driver.ts';
import type { Faults } from './faults.ts';
import type { Observer, RunObserver } from './observer.ts';
import { type Recording, recordingOf } from './replay.ts';
import type { RunState } from './state.ts';
import { statusOf } from './summary.ts';
import type { Toolset } from './toolset.ts';

/** A warm agent: its model chain resolved, its tools known. */
export interface AgentInstance extends Pooled {
  readonly model: Model;
  readonly toolset: Toolset;
}

/** What a worker needs. */
export interface WorkerDeps {
  readonly journal: Journal;
  readonly events: EventLog;
  readonly tools: ToolsApi;
  readonly pool: AgentPool<AgentInstance>;
  /** The pool's key of the agent that a run was created with. */
  readonly poolKey: (created: Created) => string;
  /** Makes the run's workspace if need be, and says where it is on the host. */
  readonly workspace: (runId: string) => Promise<string>;
  /** Frees what the tools hold for a run. */
  readonly releaseTools: (runId: string, created: Created, waits: boolean) => Promise<void>;
  /** The level at which tools run, for the record. */
  readonly isolation: () => string;
  readonly config: AgentConfig;
  /** What runs do with memory; undefined: there is none. */
  readonly memory: RunMemory | undefined;
  readonly observer: Observer;
  readonly faults: Faults;
  readonly now: () => number;
}

/** Works on claimed runs, one driver each, and hands signals to them. */
export class Worker {
  readonly #deps: WorkerDeps;
  readonly #drivers = new Map<string, Driver>();
  #shutdown = false;

  constructor(deps: WorkerDeps) {
    this.#deps = deps;
  }

  /** Runs that a driver here works on. */
  get running(): number {
    return this.#drivers.size;
  }

  /** Works on a run until its driver leaves it; false: the run was lost. Never throws. */
  async work(claim: Claim): Promise<boolean> {
    const { runId } = claim.lease;
    const { created } = claim.row;
    const { observer } = this.#deps;
    const run = this.#observed(claim);
    let how = 'lost';
    let activeMs = 0;
    try {
      const loaded = await this.#deps.journal.load(runId);
      if (!loaded) throw new HoldfastError('STORAGE_CORRUPT', `Run ${runId} has no journal. It was left as it is.`);
      const cap = this.#exhausted(claim);
      if (cap) {
        await this.#endRun(claim, loaded, 'RECOVERY_EXHAUSTED', cap);
        how = 'failed';
        activeMs = loaded.state.activeMs;
        return true;
      }
      try {
        const end = await this.#drive(claim, loaded, run);
        how = end === 'ended' ? (loaded.state.ended?.status ?? 'failed') : end;
      } catch (error) {
        if (!HoldfastError.has(error, 'MODEL_UNAVAILABLE') && !HoldfastError.has(error, 'NOT_FOUND')) throw error;
        const again = await this.#deps.journal.load(runId);
        if (again) await this.#endRun(claim, again, error.code, error.message);
        how = 'failed';
      }
      activeMs = loaded.state.activeMs;
    } catch (error) {
      observer.problem('A worker lost its run; what was acknowledged is kept.', error, runId);
    } finally {
      run.left(how, activeMs);
      if (how !== 'lost') this.#deps.memory?.left();
      if (how !== 'lost' && how !== 'released') await this.#free(runId, created, how === 'waiting' || how === 'held');
    }
    return how !== 'lost';
  }

  #observed({ lease, row, recovered }: Claim): RunObserver {
    const { tenant, agent, traceparent, at } = row.created;
    const first = !recovered && row.summary.startedAt === 0;
    return this.#deps.observer.run({
      runId: lease.runId,
      tenant,
      agent,
      traceparent,
      recovered,
      ...(first ? { queuedMs: this.#deps.now() - at } : {}),
    });
  }

  async #drive(claim: Claim, loaded: Loaded, observer: RunObserver) {
    const { journal, events, tools, pool, poolKey, faults, now } = this.#deps;
    const { runId, fence } = claim.lease;
    const { state, seq, entry } = loaded;
    const key = poolKey(state.created);
    const instance = await pool.acquire(key);
    let broken = true;
    const channel = events.open(runId, fence);
    try {
      const driver = new Driver({
        claim,
        state,
        seq,
        entry,
        channel,
        journal,
        model: instance.model,
        toolset: instance.toolset,
        tools,
        workspace: await this.#deps.workspace(runId),
        isolation: this.#deps.isolation(),
        defaults: this.#defaults(),
        recording: await this.#recording(state.created),
        recaller: this.#deps.memory?.recaller,
        conversation: this.#deps.memory?.keep(runId, state),
        learns: this.#learns(state.created),
        observer,
        faults,
        now,
      });
      this.#drivers.set(runId, driver);
      driver.signal((await journal.signals({ runId })).map((stored) => readSignal(stored)));
      if (this.#shutdown) driver.shutdown();
      const end = await driver.drive();
      broken = false;
      return end;
    } finally {
      this.#drivers.delete(runId);
      events.close(runId, channel);
      pool.release(key, instance, broken);
    }
  }

  /** Hands stored signals to the drivers that are here; resolves to those whose run nobody here works on. */
  deliver(stored: readonly StoredSignal[]): readonly StoredSignal[] {
    return stored.filter((signal) => {
      const driver = this.#drivers.get(signal.runId);
      driver?.signal([readSignal(signal)]);
      return !driver;
    });
  }

  /** Asks every driver to leave its run as soon as it can be done without loss. */
  shutdown(): void {
    this.#shutdown = true;
    for (const driver of this.#drivers.values()) driver.shutdown();
  }

  /** Drops every driver at once, as a crash would. */
  abandon(): void {
    for (const driver of this.#drivers.values()) driver.abandon();
  }

  #exhausted(claim: Claim): string | undefined {
    const { max_in_a_row: inARow, max_total: total } = this.#deps.config.recovery;
    const { recoveries, totalRecoveries } = claim.row;
    if (!claim.recovered || (recoveries <= inARow && totalRecoveries <= total)) return undefined;
    const times =
      recoveries > inARow ? `${recoveries} times in a row without any progress` : `${totalRecoveries} times`;
    return `The worker of this run was lost ${times}, so the run was stopped. Its results so far are kept; look at its last action, then fork it to go on.`;
  }

  /**
   * Applies stored signals to a run that nobody works on, without taking a place: a cancel or an answer need not wait
   * for one. The run is then left as its state says: queued again, waiting, held or ended.
   */
  async control(claim: Claim): Promise<void> {
    const { runId } = claim.lease;
    const loaded = await this.#deps.journal.load(runId);
    if (!loaded) throw new HoldfastError('STORAGE_CORRUPT', `Run ${runId} has no journal. It was left as it is.`);
    const stored = await this.#deps.journal.signals({ runId });
    const signals = stored.map((signal) => signal.id);
    await this.#write(claim, loaded, signals, function* records(state, now) {
      for (const signal of stored) yield* recordsOf(state, readSignal(signal).signal, now);
    });
    const { phase, ended, activeMs, created } = loaded.state;
    if (phase !== 'ended') return;
    const { tenant, agent, traceparent } = created;
    const { observer } = this.#deps;
    const run = observer.run({ runId, tenant, agent, traceparent, recovered: claim.recovered });
    run.left(ended?.status ?? 'failed', activeMs);
    this.#deps.memory?.left();
    await this.#free(runId, created, false);
  }

  #endRun(claim: Claim, loaded: Loaded, code: string, message: string): Promise<void> {
    return this.#write(claim, loaded, [], (state, now) => endNow(state, now, { status: 'failed', code, message }));
  }

  /** Writes records without a driver, and gives the lease back. */
  async #write(
    claim: Claim,
    loaded: Loaded,
    signals: readonly string[],
    make: (state: RunState, now: number) => Iterable<JournalRecord>,
  ): Promise<void> {
    const { events, journal, now } = this.#deps;
    const { runId, fence } = claim.lease;
    const { state } = loaded;
    const isolation = this.#deps.isolation();
    const channel = events.open(runId, fence);
    const checkpoints = new CheckpointManager(
      journal,
      channel,
      { lease: claim.lease, ...loaded, isolation, learns: this.#learns(state.created) },
      now,
    );
    try {
      const records: JournalRecord[] = [];
      const announcer = { runId, state, channel, isolation, seq: loaded.seq };
      for (const record of make(state, now())) {
        foldAndAnnounce(announcer, record);
        records.push(record);
      }
      await checkpoints.append(records, { status: { status: statusOf(state), release: true }, signals });
    } finally {
      await checkpoints.close();
      events.close(runId, channel);
    }
  }

  async #recording(created: Created): Promise<Recording | undefined> {
    const { fork } = created;
    if (!fork?.replay) return undefined;
    return recordingOf(await this.#deps.journal.read(fork.runId), fork.seq, fork.edited);
  }

  #learns(created: Created): boolean {
    return this.#deps.memory?.learns(created) === true;
  }

  #defaults(): Limits {
    const { limits } = this.#deps.config;
    return { wallMs: limits.wall_ms, steps: limits.steps, tokens: limits.tokens, costUsd: limits.cost_usd };
  }

  async #free(runId: string, created: Created, waits: boolean): Promise<void> {
    try {
      await this.#deps.releaseTools(runId, created, waits);
    } catch (error) {
      this.#deps.observer.problem('What the tools held for a run could not be freed.', error, runId);
    }
  }
}

function readSignal(stored: StoredSignal): { id: string; signal: Signal } {
  return { id: stored.id, signal: JSON.parse(stored.body) as Signal };
}
