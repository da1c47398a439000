import type { ErrorCode, JsonObject, sandboxpb } from '@holdfast/protocol';
import type { z } from 'zod';

import { type ToolInput, zodInput } from './input.ts';

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
  /** Whose run it is. */
  readonly tenant: string;
  /** Who started the run. */
  readonly subject: string;
  /** The person for whom it is done: the one behind {@link subject}, or the subject itself. Memories go by it. */
  readonly user: string;
  /** The agent whose run it is; empty: of none. */
  readonly agent: string;
  /** W3C trace context of the call; empty: none. */
  readonly traceparent: string;
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

/** What a preview of a call is given. It looks and changes nothing. */
export interface PreviewContext {
  /** Host path of the run's workspace; undefined: the call is of no run. */
  readonly workspace: string | undefined;
  /** Host paths of the inputs by name. */
  readonly inputs: ReadonlyMap<string, string>;
}

/** What is said of a tool and done by it, whatever its arguments are checked by. */
export interface ToolTraits<A> {
  readonly name: string;
  /** Written for the model. */
  readonly description: string;
  /** Where it comes from: `mcp`, `skills` ... Left out: it is shipped. */
  readonly source?: string;
  /** Not shown to a model until `find_tools` has named it. */
  readonly deferred?: true;
  /** The strongest effect that any call can have. */
  readonly effect: Effect;
  readonly approval: 'none' | 'always';
  /** Time-out of one call, milliseconds. */
  readonly timeoutMs: number;
  /** What of a result is shown to the model, bytes of JSON. Left out: 1 MiB of a shipped tool, else what the policy says. */
  readonly maxResultBytes?: number;
  /** A question to a human: the agent service answers it and never calls it here. */
  readonly asksHuman?: true;
  /** The time-out of this very call, where its arguments choose it. */
  timeoutOf?(args: A): number;
  /** The effect of this very call: at most {@link effect}. */
  effectOf?(args: A): Effect;
  /** Looks at a call before its intent is written. Pure: no I/O. */
  check?(args: A): Refusal | undefined;
  /** Says what a call would do. It only reads. What it throws is told as the reason why there is no preview. */
  preview?(args: A, context: PreviewContext): Promise<JsonObject>;
  /** Finds out what became of an interrupted call. */
  reconcile?(args: A, context: ToolContext): Promise<Reconciled>;
  /** Does it. What it throws becomes a failure that says no more than a HoldfastError's own sentence. */
  run(args: A, context: ToolContext): Promise<ToolOutcome>;
}

/** What a tool is, with its arguments typed by its own schema. */
export interface ToolDefinition<S extends z.ZodObject> extends ToolTraits<z.output<S>> {
  /** Checks the arguments; the JSON Schema that models see is derived from it. */
  readonly parameters: S;
}

/** A tool of any arguments, as the service holds it. */
export interface ToolModule extends ToolTraits<Record<string, unknown>> {
  readonly input: ToolInput;
}

/** Where tools come from that may come and go while the platform runs: skills, MCP servers. */
export interface ToolSource {
  readonly name: string;
  /** The tools as they are now, from memory. A call that has begun keeps the module that it began with. */
  list(): readonly ToolModule[];
  /** Tells when {@link list} gives something else than before. @returns stops it */
  onChange(listener: () => void): () => void;
  /** Frees what is held for a run that has ended. */
  releaseRun?(run: { readonly tenant: string; readonly runId: string }): Promise<void>;
  /**
   * The run waits, for a human or to be resumed, and may never go on. Left out: as if it had ended. What is kept has to end
   * by itself: another machine may be where the run goes on.
   */
  pauseRun?(run: { readonly tenant: string; readonly runId: string }): Promise<void>;
}

/** Forgets the type of the arguments: the service has checked them against the schema before it hands them over. */
export function defineTool<S extends z.ZodObject>(definition: ToolDefinition<S>): ToolModule {
  const { parameters, ...traits } = definition;
  return { ...(traits as ToolTraits<Record<string, unknown>>), input: zodInput(parameters) };
}
