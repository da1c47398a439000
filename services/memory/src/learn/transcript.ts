import type { Scope } from '../record.ts';

/** A piece of what was said and done in a run. */
export interface TranscriptPart {
  /** user, assistant, tool. */
  readonly role: string;
  readonly text: string;
  readonly actionId: string;
  /** The tool, where role is tool. */
  readonly tool: string;
  readonly ok: boolean;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** A run that has ended. */
export interface EndedRun {
  readonly runId: string;
  readonly scope: Scope;
  readonly task: string;
  /** completed, failed, canceled, limited. */
  readonly status: string;
  readonly transcript: readonly TranscriptPart[];
}
