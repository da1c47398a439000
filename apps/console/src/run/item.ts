/** What is common to all rows of a transcript. `version` grows with each change of the row. */
interface Row {
  /** Unique within the run, and stable. */
  readonly key: string;
  readonly at: number;
  /** The journal record that it began with. */
  readonly seq: number;
  version: number;
}

/** What the run was asked to do. */
export interface TaskItem extends Row {
  readonly kind: 'task';
  readonly text: string;
}

/** A change of who works on the run, or whether anybody should. */
export interface NoteItem extends Row {
  readonly kind: 'note';
  readonly type: string;
  readonly by: string;
  readonly reason: string;
  readonly isolation: string;
}

/** What a model call was given of memory. */
export interface RecalledItem extends Row {
  readonly kind: 'recalled';
  readonly count: number;
  /** What could not be asked, and why. */
  readonly missing: readonly string[];
}

/** What a human was asked, and what was answered. */
export interface Asked {
  readonly about: string;
  readonly text: string;
  readonly choices: readonly string[];
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>> | undefined;
  answer?: { readonly choice: string; readonly text: string; readonly by: string };
}

/** An action: its intent, what came of it so far, its outcome. */
export interface ActionItem extends Row {
  readonly kind: 'model' | 'tool' | 'question';
  readonly id: string;
  name: string;
  effect: string;
  attempt: number;
  idempotencyKey: string;
  arguments: Readonly<Record<string, unknown>> | undefined;
  /** Of a model: its answer so far. Of a tool: what it printed, the end of it where it is long. */
  text: string;
  reasoning: string;
  progress: { readonly fraction: number; readonly message: string } | undefined;
  /** pending, ok, error, denied, unknown or canceled. */
  outcome: string;
  /** How it was settled, where it was not simply carried out. */
  settled: string;
  endedAt: number | undefined;
  endSeq: number | undefined;
  result: unknown;
  error: { readonly code: string; readonly message: string } | undefined;
  inputTokens: number | undefined;
  outputTokens: number | undefined;
  /** Undefined where the price is not known. */
  costUsd: number | undefined;
  artifacts: readonly string[];
  /** Why earlier attempts were void. */
  restarts: readonly string[];
  question: Asked | undefined;
}

/** How the run ended. */
export interface EndItem extends Row {
  readonly kind: 'ended';
  readonly status: string;
  readonly output: string;
  readonly error: { readonly code: string; readonly message: string } | undefined;
}

/** One row of a transcript. */
export type Item = TaskItem | NoteItem | RecalledItem | ActionItem | EndItem;

/** Whether a row is an action. */
export function isAction(item: Item): item is ActionItem {
  return item.kind === 'model' || item.kind === 'tool' || item.kind === 'question';
}
