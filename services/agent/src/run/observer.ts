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

/** A run that a worker takes up. */
export interface ObservedRun {
  readonly runId: string;
  readonly tenant: string;
  readonly agent: string;
  readonly traceparent: string;
  readonly recovered: boolean;
  /** From its creation until now, milliseconds; only where it is worked on for the first time. */
  readonly queuedMs?: number;
}

/** Telemetry as the agent service needs it; `apps/holdfast` connects it. It must not throw. */
export interface Observer {
  run(run: ObservedRun): RunObserver;
  /** Something that an operator should know and that belongs to no run's journal. */
  problem(message: string, error: unknown, runId?: string): void;
}

/** An observer that sees nothing. */
export const noObserver: Observer = {
  run: () => ({ action: () => ({ traceparent: '', ended: () => undefined }), left: () => undefined }),
  problem: () => undefined,
};

/** One observer of two. The trace is the first one's. */
export function observeBoth(first: Observer, second: Observer): Observer {
  return {
    run(run) {
      const [one, other] = [first.run(run), second.run(run)];
      return {
        action(intent) {
          const [action, also] = [one.action(intent), other.action(intent)];
          return {
            traceparent: action.traceparent,
            ended(outcome) {
              action.ended(outcome);
              also.ended(outcome);
            },
          };
        },
        left(how, activeMs) {
          one.left(how, activeMs);
          other.left(how, activeMs);
        },
      };
    },
    problem(message, error, runId) {
      first.problem(message, error, runId);
      second.problem(message, error, runId);
    },
  };
}
