import type { JsonObject } from '@holdfast/protocol';

/** A run as the REST API shows it (the parts that the command line reads). */
export interface RunView {
  readonly id: string;
  readonly agent: string;
  readonly playbook: boolean;
  readonly task: string;
  readonly status: 'queued' | 'running' | 'waiting' | 'held' | 'succeeded' | 'failed' | 'canceled';
  readonly created_at: string;
  readonly started_at?: string | null;
  readonly ended_at?: string | null;
  readonly seq: number;
  readonly steps: number;
  readonly usage?: UsageView;
  readonly recoveries: number;
  readonly output: string;
  readonly error?: { readonly code: string; readonly message: string } | null;
  readonly questions: readonly QuestionView[];
  readonly artifacts: readonly string[];
  readonly inputs?: readonly { readonly name: string; readonly path: string }[];
  readonly forked_from?: string | null;
  readonly forked_at?: number | null;
  readonly tags: readonly string[];
  readonly isolation: string;
  readonly workspace: string;
}

export interface UsageView {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cost_usd: number | null;
  readonly cost_unknown: boolean;
}

export interface QuestionView {
  readonly action_id: string;
  readonly kind: string;
  readonly text: string;
  readonly tool: string;
  readonly arguments?: JsonObject;
  readonly choices: readonly string[];
}

export interface ActionView {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly arguments?: JsonObject;
  readonly effect: string;
  readonly attempt: number;
  readonly intent_seq: number;
  readonly outcome_seq: number | null;
  readonly intent_at: string;
  readonly outcome_at: string | null;
  readonly outcome: string;
  readonly settled: string | null;
}

export interface AgentView {
  readonly name: string;
  readonly description: string;
  readonly description_zh: string;
  readonly playbook: boolean;
  readonly models: readonly string[];
  readonly tools: readonly string[];
  readonly unavailable: string | null;
  readonly parameters?: JsonObject;
}

export interface KeyView {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly scopes: readonly string[];
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly last_used_at: string | null;
  /** Shown once, when it is made. */
  readonly key?: string;
  /** The same key in the form that the SDKs of E2B accept. */
  readonly e2b_key?: string;
}

/** One event of a run's log. */
export interface RunEvent {
  readonly id: string;
  readonly type: string;
  readonly data: JsonObject;
}
