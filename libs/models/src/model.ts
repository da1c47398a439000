import type { JsonObject, JsonValue } from '@holdfast/protocol';

/** Data that a provider wants back unchanged with the next call (signatures of reasoning and the like). */
export type ProviderData = JsonObject;

/** One piece of what a model said. */
export type AssistantPart =
  | { readonly type: 'text'; readonly text: string; readonly provider?: ProviderData }
  | { readonly type: 'reasoning'; readonly text: string; readonly provider?: ProviderData }
  | {
      readonly type: 'tool-call';
      readonly id: string;
      readonly name: string;
      readonly arguments: JsonObject;
      /**
       * The raw text (at most 8 KB of it) where what the model sent as arguments was not a JSON object; `arguments` is
       * then empty, and the call must not be carried out: tell the model what was wrong.
       */
      readonly invalid?: string;
      readonly provider?: ProviderData;
    };

/** The conversation as it is journalled: provider-neutral, plain JSON. */
export type Message =
  | { readonly role: 'system'; readonly text: string }
  | { readonly role: 'user'; readonly text: string }
  | { readonly role: 'assistant'; readonly parts: readonly AssistantPart[] }
  | {
      readonly role: 'tool';
      readonly callId: string;
      readonly name: string;
      readonly ok: boolean;
      readonly value: JsonValue;
    };

/** A tool as a model sees it. */
export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  /** JSON Schema. */
  readonly parameters: JsonObject;
}

/** Tokens of one model call, as the provider counted them. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens: number;
}

/** One call = one step: the model answers once and may ask for tools; it never runs them. */
export interface ModelCall {
  readonly messages: readonly Message[];
  readonly tools: readonly ToolSpec[];
  /** What the run was created with; a playbook fills its templates from it. */
  readonly parameters: JsonObject;
  /** Aborting it closes the provider's socket. */
  readonly signal: AbortSignal;
  readonly maxOutputTokens?: number;
}

/** What a stream yields, in order. `finish` is the last part of a complete stream. */
export type ModelPart =
  | { readonly type: 'text'; readonly delta: string }
  | { readonly type: 'reasoning'; readonly delta: string }
  /** A complete piece, ready for the journal. */
  | { readonly type: 'part'; readonly part: AssistantPart }
  /** The call starts over (retry, or the next model of the chain): all that came before is void. */
  | { readonly type: 'restart'; readonly model: string; readonly reason: string; readonly afterMs: number }
  | {
      readonly type: 'finish';
      /** The model that answered, for instance `openai/gpt-5`. */
      readonly model: string;
      readonly reason: 'stop' | 'tool-calls' | 'length' | 'content-filter' | 'other';
      readonly usage: TokenUsage;
      /** US dollars, or undefined where no price is known. A playbook costs 0. */
      readonly costUsd: number | undefined;
    };

/**
 * A language model, a chain of them, or a playbook.
 *
 * The stream is pulled by ONE reader and nothing is pulled ahead of it, so that a reader that waits holds back the
 * provider's socket. It throws HoldfastError: MODEL_UNAVAILABLE, MODEL_RATE_LIMITED, MODEL_MALFORMED, MODEL_REJECTED,
 * CANCELED; a playbook also TASK_UNSUPPORTED and TOOL_FAILED (a step failed that must not).
 */
export interface Model {
  /** `provider/name`, or `playbook/name`; of a chain: that of its first model. */
  readonly id: string;
  readonly playbook: boolean;
  stream(call: ModelCall): AsyncIterable<ModelPart>;
}
