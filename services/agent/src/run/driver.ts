import type { Model } from '@holdfast/models';
import { HoldfastError, type ToolsApi } from '@holdfast/protocol';

import type { RunChannel } from '../events/channel.ts';
import type { Claim, Journal } from '../journal/journal.ts';
import type { Intent, JournalRecord, Limits, Outcome } from '../journal/record.ts';
import type { ConversationKeeper } from '../memory/keeper.ts';
import type { Recaller } from '../memory/recaller.ts';
import { type Announcer, foldAndAnnounce } from './announce.ts';
import { CheckpointManager } from './checkpoint.ts';
import { endNow, recordsOf, type Signal } from './control.ts';
import type { Faults } from './faults.ts';
import { limitError, type Move, next } from './machine.ts';
import { performModelStep } from './model-step.ts';
import type { ActionObserver, RunObserver } from './observer.ts';
import { type Planner, recordsOfMove } from './plan.ts';
import { recoveryRecords } from './recover.ts';
import type { Recording } from './replay.ts';
import type { OpenAction, RunState } from './state.ts';
import { statusOf } from './summary.ts';
import { performToolStep, type ToolContext } from './tool-step.ts';
import { type AgentTool, shownTools, type Toolset } from './toolset.ts';

/** What drives a run: a claimed lease, the run as loaded, and the parts that act for it. */
export interface DriverOptions {
  readonly claim: Claim;
  readonly state: RunState;
  readonly seq: number;
  readonly entry: number;
  readonly channel: RunChannel;
  readonly journal: Journal;
  readonly model: Model;
  readonly toolset: Toolset;
  readonly tools: ToolsApi;
  readonly workspace: string;
  readonly isolation: string;
  readonly defaults: Limits;
  readonly recording: Recording | undefined;
  readonly recaller: Recaller | undefined;
  /** Where what is said is kept at hand; undefined: nowhere. */
  readonly conversation: ConversationKeeper | undefined;
  /** Once it has ended, the run is to be learned from. */
  readonly learns: boolean;
  readonly observer: RunObserver;
  readonly faults: Faults;
  readonly now: () => number;
}

/** How a driver left its run. `released`: the process shuts down and another worker may go on at once. */
export type DriveEnd = 'ended' | 'waiting' | 'held' | 'released';

/**
 * Performs the actions that the machine asks for: writes intents, acts, writes outcomes, until the run has ended or
 * must wait. It holds one lease; when the journal refuses an append, the driver throws and must be dropped.
 */
export class Driver {
  readonly #options: DriverOptions;
  readonly #state: RunState;
  readonly #checkpoints: CheckpointManager;
  readonly #context: ToolContext;
  readonly #announcer: Announcer;
  readonly #planner: Planner;
  /** As they were when the step at hand was planned. */
  #tools: readonly AgentTool[] = [];
  /** How to abort what is under way, by action. */
  readonly #running = new Map<string, () => void>();
  readonly #observers = new Map<string, ActionObserver>();
  #outcomes: Outcome[] = [];
  #signals: { id: string; signal: Signal }[] = [];
  #settledSignals: string[] = [];
  #wake: () => void = () => undefined;
  #shutdown = false;
  #overtime = false;
  #progressDue: boolean;
  #failure: unknown;

  constructor(options: DriverOptions) {
    this.#options = options;
    this.#state = options.state;
    const { claim, journal, channel, now } = options;
    this.#checkpoints = new CheckpointManager(
      journal,
      channel,
      {
        lease: claim.lease,
        state: options.state,
        seq: options.seq,
        entry: options.entry,
        isolation: options.isolation,
        learns: options.learns,
      },
      now,
    );
    this.#announcer = {
      runId: claim.lease.runId,
      state: options.state,
      channel,
      isolation: options.isolation,
      seq: options.seq,
    };
    this.#progressDue = claim.row.recoveries > 0;
    this.#context = {
      runId: claim.lease.runId,
      state: options.state,
      tools: options.tools,
      workspace: options.workspace,
      channel,
      faults: options.faults,
      now,
      published: () => this.#checkpoints.flushSoon(),
    };
    this.#planner = {
      context: this.#context,
      worker: claim.lease.worker,
      modelId: options.model.id,
      tools: () => this.#tools,
      recording: options.recording,
      recaller: options.recaller,
    };
  }

  /** Hands signals over that are stored in the journal. Those already known are ignored. */
  signal(signals: readonly { id: string; signal: Signal }[]): void {
    for (const signal of signals) {
      const known = this.#settledSignals.includes(signal.id) || this.#signals.some(({ id }) => id === signal.id);
      if (!known) this.#signals.push(signal);
    }
    this.#wake();
  }

  /** Lets tools finish what they do, interrupts the model (it is asked again), then leaves the run. */
  shutdown(): void {
    this.#shutdown = true;
    for (const [id, abort] of this.#running) {
      if (this.#state.open[id]?.type === 'model') abort();
    }
    this.#wake();
  }

  /** Aborts everything without writing a word: the lease is lost. */
  abandon(): void {
    this.#failure ??= new HoldfastError('FENCED', 'The lease of the run was lost.');
    for (const abort of this.#running.values()) abort();
    this.#wake();
  }

  /**
   * Drives the run. @throws HoldfastError FENCED or STORAGE_*: nothing more may be written; what was acknowledged is
   * in the journal, and the run goes on from there on another worker, or on this one later.
   */
  async drive(): Promise<DriveEnd> {
    const timer = this.#startClock();
    try {
      const begun = this.#shutdown
        ? []
        : await recoveryRecords(this.#options.claim, this.#state, this.#context, this.#options.now());
      let records = this.#fold(begun);
      let start = this.#reruns(begun);
      for (;;) {
        records.push(...this.#takeSignals(), ...this.#takeOutcomes());
        if (this.#overtime && this.#state.phase !== 'ended') records.push(...this.#endOvertime());
        if (!this.#shutdown) {
          const moved = await this.#plan();
          records.push(...moved.records);
          start.push(...moved.start);
        }
        const end = this.#endOf(start);
        if (records.length > 0 || end) await this.#append(records, start, end);
        if (end) return end;
        for (const intent of start) this.#perform(intent);
        records = [];
        start = [];
        await this.#somethingHappened();
      }
    } finally {
      clearTimeout(timer);
      // A tool that does not heed its signal must not keep the worker: the run is no longer ours.
      for (const abort of this.#running.values()) abort();
      this.#options.conversation?.close();
      await this.#checkpoints.close();
    }
  }

  #fold<R extends JournalRecord>(records: R[]): R[] {
    for (const record of records) {
      foldAndAnnounce(this.#announcer, record);
      if (record.kind !== 'outcome') continue;
      this.#observers.get(record.id)?.ended(record);
      this.#observers.delete(record.id);
    }
    return records;
  }

  #takeOutcomes(): JournalRecord[] {
    const outcomes = this.#outcomes;
    this.#outcomes = [];
    // An interrupted model call of a run that is being left keeps its intent: it is asked again.
    return this.#fold(outcomes.filter((outcome) => !(this.#shutdown && outcome.status === 'canceled')));
  }

  #takeSignals(): JournalRecord[] {
    const records: JournalRecord[] = [];
    for (const { id, signal } of this.#signals) {
      records.push(...this.#fold(recordsOf(this.#state, signal, this.#options.now())));
      this.#settledSignals.push(id);
    }
    this.#signals = [];
    if (this.#state.phase === 'ended') this.#abortRunning();
    return records;
  }

  #abortRunning(): void {
    for (const abort of this.#running.values()) abort();
    this.#running.clear();
    this.#outcomes = [];
  }

  /** The intents (and the like) of what the machine asks for next. */
  async #plan(): Promise<{ records: JournalRecord[]; start: Intent[] }> {
    const records: JournalRecord[] = [];
    const start: Intent[] = [];
    // Also where nothing new is asked for: a model call that a crash interrupted is made again.
    this.#tools = await this.#options.toolset(this.#state.created.tenant);
    for (let moves = this.#moves(); moves.length > 0; moves = this.#moves()) {
      const planned = await Promise.all(moves.map((move) => recordsOfMove(this.#planner, move)));
      for (const record of planned.flat()) {
        records.push(...this.#fold([record]));
        if (record.kind === 'intent' && record.type !== 'question' && this.#state.open[record.id]) start.push(record);
      }
    }
    // An intent whose outcome is already there (refused, or replayed) needs no start.
    return { records, start: start.filter((intent) => this.#state.open[intent.id]) };
  }

  #moves(): Move[] {
    return this.#failure === undefined ? next(this.#state, this.#options.defaults) : [];
  }

  /** Actions that recovery decided to run again. */
  #reruns(records: readonly JournalRecord[]): Intent[] {
    return records.filter((record) => record.kind === 'intent').filter((intent) => intent.type !== 'question');
  }

  #endOf(start: readonly Intent[]): DriveEnd | undefined {
    if (this.#state.phase === 'ended') return 'ended';
    if (this.#running.size > 0 || start.length > 0) return undefined;
    // What has come since the step was planned is part of the run before it may be left.
    if (this.#outcomes.length > 0 || this.#signals.length > 0) return undefined;
    if (this.#state.phase === 'held') return 'held';
    if (this.#shutdown) return 'released';
    return Object.keys(this.#state.open).length > 0 ? 'waiting' : undefined;
  }

  async #append(records: readonly JournalRecord[], start: readonly Intent[], end: DriveEnd | undefined): Promise<void> {
    if (this.#failure !== undefined) throw HoldfastError.from(this.#failure);
    const { faults, channel } = this.#options;
    for (const intent of start) faults('before-intent', intent.id);
    const progress = this.#progressDue && records.some((record) => record.kind === 'outcome' && !record.settled);
    if (progress) this.#progressDue = false;
    if (end === 'waiting') channel.stage('run.waiting', { questions: Object.keys(this.#state.open) });
    const settled = this.#settledSignals;
    this.#settledSignals = [];
    await this.#checkpoints.append(records, {
      ...(end ? { status: { status: statusOf(this.#state), release: true } } : {}),
      ...(settled.length > 0 ? { signals: settled } : {}),
      ...(progress ? { progress } : {}),
    });
    this.#options.conversation?.said(this.#state.messages);
    for (const record of records) if (record.kind === 'outcome') faults('after-outcome', record.id);
    for (const intent of start) faults('after-intent', intent.id);
  }

  #perform(intent: Intent): void {
    const action = this.#state.open[intent.id];
    if (!action) return;
    const abort = new AbortController();
    const observer = this.#options.observer.action(intent);
    this.#observers.set(intent.id, observer);
    const work =
      action.type === 'model'
        ? this.#model(action, abort.signal)
        : performToolStep(this.#context, action, observer.traceparent, abort.signal);
    this.#running.set(intent.id, () => abort.abort());
    void this.#finish(action, work);
  }

  async #finish(action: OpenAction, work: Promise<Outcome>): Promise<void> {
    try {
      const outcome = await work;
      if (action.type === 'model') this.#options.faults('after-effect', action.id);
      if (this.#running.delete(action.id)) this.#outcomes.push(outcome);
    } catch (error) {
      this.#running.delete(action.id);
      this.#failure ??= error;
    }
    this.#wake();
  }

  #model(action: OpenAction, signal: AbortSignal): Promise<Outcome> {
    const { model, channel, faults, now } = this.#options;
    const published = () => this.#checkpoints.flushSoon();
    return performModelStep({
      action,
      state: this.#state,
      model,
      tools: shownTools(this.#tools, this.#state.messages),
      channel,
      signal,
      faults,
      now,
      published,
    });
  }

  async #somethingHappened(): Promise<void> {
    while (this.#outcomes.length === 0 && this.#signals.length === 0) {
      if (this.#failure !== undefined) throw HoldfastError.from(this.#failure);
      if ((this.#shutdown && this.#running.size === 0) || this.#overtime) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #startClock(): NodeJS.Timeout | undefined {
    const limit = this.#state.created.limits.wallMs ?? this.#options.defaults.wallMs;
    if (limit === undefined) return undefined;
    const left = Math.min(Math.max(0, limit - this.#state.activeMs), 2_147_483_647);
    return setTimeout(() => {
      this.#overtime = true;
      this.#wake();
    }, left);
  }

  #endOvertime(): JournalRecord[] {
    const limit = this.#state.created.limits.wallMs ?? this.#options.defaults.wallMs ?? 0;
    const error = limitError(`its time limit of ${limit} ms`);
    const records = this.#fold(endNow(this.#state, this.#options.now(), { status: 'failed', ...error }));
    this.#abortRunning();
    return records;
  }
}
