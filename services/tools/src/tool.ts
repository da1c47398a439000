import type { ErrorCode, JsonObject, sandboxpb } from '@holdfast/protocol';
import type { z } from 'zod';

/** What becomes of an interrupted call when its run is resumed; see `Effect` in common.proto. */
export type Effect = 'read' | 'idempotent' | 'write';

/** What a command did, one event at a time; `exited` is the last. */
export interface ExecEvent {
  readonly event:
    | { readonly case: 'stdout' | 'stderr'; readonly value: Uint8Array }
    | { readonly case: 'exited'; readonly value: sandboxpb.Exited };
}

/** What a call reports while it runs. */
export type ToolEvent =
  | { readonly type: 'output'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  /** `fraction` is 0 to 1, or negative where the end is not known. */
  | { readonly type: 'progress'; readonly fraction: number; readonly message: string };

/** How a call ended. A failure is told to the model in `message`, with `value` beside it. */
export type ToolOutcome =
  | { readonly ok: true; readonly value: JsonObject; readonly artifacts?: readonly string[] }
  | {
      readonly ok: false;
      readonly code: ErrorCode;
      readonly message: string;
      readonly value?: JsonObject;
      readonly artifacts?: readonly string[];
    };

/** Why a call cannot be made, in words that a model can act on. */
export interface Refusal {
  readonly code: 'REFUSED' | 'INVALID_ARGUMENT' | 'TOO_LARGE' | 'FAILED_PRECONDITION';
  readonly message: string;
}

/** What a tool knows of an interrupted call of effect `write`. */
export type Reconciled =
  | { readonly verdict: 'done'; readonly outcome: ToolOutcome }
  | { readonly verdict: 'not-done' | 'unknown' };

/** How {@link ToolContext.exec} runs a program. */
export interface ExecOptions {
  /** A path inside the sandbox. Left out: /workspace. */
  readonly cwd?: string;
  /** Added to the built environment of the sandbox. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: Uint8Array;
  /** Wall time in milliseconds. Left out: what is left of the call's own time-out. */
  readonly wallMs?: number;
}

/** What a call is given beside its arguments. */
export interface ToolContext {
  readonly runId: string;
  readonly actionId: string;
  /** The same however often the call is repeated. */
  readonly idempotencyKey: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** Aborted when the call is cancelled or its time is over. */
  readonly signal: AbortSignal;
  /** Host path of the run's workspace, seen as /workspace. */
  readonly workspace: string;
  /** Host paths of the inputs by name, seen as /input/<name>. */
  readonly inputs: ReadonlyMap<string, string>;
  /** Monotonic milliseconds. */
  readonly monotonic: () => number;
  /** Milliseconds until the call's time is over. */
  readonly remainingMs: () => number;
  /** Tells the run's viewers. Await it: it resolves when the reader has room again. */
  emit(event: ToolEvent): Promise<void>;
  /**
   * Runs a program in the run's sandbox, which is made when it is first needed. Aborting `signal`, or leaving the
   * iteration, kills it with everything that it started.
   *
   * @throws HoldfastError SANDBOX_UNAVAILABLE and whatever else the sandbox service throws.
   */
  exec(argv: readonly string[], options?: ExecOptions): AsyncIterable<ExecEvent>;
  /** Makes the run's sandbox if there is none yet, and so gives the workspace to the user that commands run as. */
  ready(): Promise<void>;
}

/** What a tool is, with its arguments typed by its own schema. */
export interface ToolDefinition<S extends z.ZodObject> {
  readonly name: string;
  /** Written for the model. */
  readonly description: string;
  /** Checks the arguments; the JSON Schema that models see is derived from it. */
  readonly parameters: S;
  /** The strongest effect that any call can have. */
  readonly effect: Effect;
  readonly approval: 'none' | 'always';
  /** Time-out of one call, milliseconds. */
  readonly timeoutMs: number;
  /** A question to a human: the agent service answers it and never calls it here. */
  readonly asksHuman?: true;
  /** The time-out of this very call, where its arguments choose it. */
  timeoutOf?(args: z.output<S>): number;
  /** The effect of this very call: at most {@link effect}. */
  effectOf?(args: z.output<S>): Effect;
  /** Looks at a call before its intent is written. Pure: no I/O. */
  check?(args: z.output<S>): Refusal | undefined;
  /** Finds out what became of an interrupted call. */
  reconcile?(args: z.output<S>, context: ToolContext): Promise<Reconciled>;
  /** Does it. What it throws becomes a failure that says no more than a HoldfastError's own sentence. */
  run(args: z.output<S>, context: ToolContext): Promise<ToolOutcome>;
}

/** A tool of any arguments, as the service holds it. */
export type ToolModule = ToolDefinition<z.ZodObject>;

/** Forgets the type of the arguments: the service has checked them against the schema before it hands them over. */
export function defineTool<S extends z.ZodObject>(definition: ToolDefinition<S>): ToolModule {
  return definition;
}
