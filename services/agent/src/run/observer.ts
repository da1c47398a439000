import type { Intent, Outcome } from '../journal/record.ts';

/** Watches one action for traces and metrics. */
export interface ActionObserver {
  /** W3C trace context for what the action calls, or empty. */
  readonly traceparent: string;
  ended(outcome: Outcome): void;
}

/** Watches one run while this process works on it. */
export interface RunObserver {
  action(intent: Intent): ActionObserver;
  /** The worker leaves the run: ended, or `waiting`, `held`, `released`, `lost`. */
  left(how: string, activeMs: number): void;
}

/** Telemetry as the agent service needs it; `apps/holdfast` connects it. It must not throw. */
export interface Observer {
  run(run: { runId: string; tenant: string; agent: string; traceparent: string; recovered: boolean }): RunObserver;
  /** Something that an operator should know and that belongs to no run's journal. */
  problem(message: string, error: unknown, runId?: string): void;
}

/** An observer that sees nothing. */
export const noObserver: Observer = {
  run: () => ({ action: () => ({ traceparent: '', ended: () => undefined }), left: () => undefined }),
  problem: () => undefined,
};
