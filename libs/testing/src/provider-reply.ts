import type { JsonObject } from '@holdfast/protocol';

/** The wire protocols that the provider speaks: OpenAI's chat completions and responses, Anthropic's, Google's. */
export type ProviderApi = 'openai' | 'openai-responses' | 'anthropic' | 'google';

/** One request, as a script sees it. The counts come from the request alone, so a restarted server chooses alike. */
export interface ProviderRequest {
  readonly api: ProviderApi;
  readonly model: string;
  readonly body: JsonObject;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Answers of the model that the conversation holds. */
  readonly turns: number;
  /** Results of tools that the conversation holds. */
  readonly toolResults: number;
}

/** A tool call that the model makes. `arguments` as text is sent as it is, also where it is no JSON. */
export interface ReplyToolCall {
  /** Default: `call_<turn>_<index>`. Google sends none. */
  readonly id?: string;
  readonly name: string;
  readonly arguments: JsonObject | string;
  /** A signature that the provider wants back (Google). */
  readonly signature?: string;
}

/** What goes wrong after the first `after` frames of the answer (default: after all but the closing ones). */
export interface ReplyFault {
  /**
   * cut-json: ends within a frame; garbage: a frame that is no JSON; end: ends without a finish; disconnect: drops the
   * connection; hang: sends nothing more; error: the API's own error event.
   */
  readonly kind: 'cut-json' | 'garbage' | 'end' | 'disconnect' | 'hang' | 'error';
  readonly after?: number;
}

/** What the provider answers to one request. */
export interface Reply {
  readonly reasoning?: string;
  /** The signature of the reasoning (Anthropic, Google). */
  readonly reasoningSignature?: string;
  /** A list is sent in these pieces. */
  readonly text?: string | readonly string[];
  readonly toolCalls?: readonly ReplyToolCall[];
  /** After the text: so many chunks of so many characters each. */
  readonly endless?: { readonly chunks: number; readonly chars: number };
  /** Default: 10 tokens in, 5 out. False: none is sent. */
  readonly usage?: { readonly input: number; readonly output: number; readonly cached?: number } | false;
  /** Default: `stop`, or `tool-calls` where there are any. */
  readonly finish?: 'stop' | 'tool-calls' | 'length' | 'content-filter';
  /** Time before the headers, milliseconds. */
  readonly delayMs?: number;
  /** Time between two frames, milliseconds. */
  readonly frameDelayMs?: number;
  /** Answers with this status and an error body instead. */
  readonly status?: number;
  /** The `Retry-After` header of an error. */
  readonly retryAfter?: string;
  /** The sentence of an error. */
  readonly message?: string;
  readonly fault?: ReplyFault;
}

/** Chooses the reply to a request. */
export type Script = (request: ProviderRequest) => Reply;

/** A script that says `replies` one after the other, chosen by the number of answers in the conversation. */
export function scriptOf(replies: readonly Reply[]): Script {
  return (request) => replies[Math.min(request.turns, replies.length - 1)] ?? { text: 'Nothing is scripted.' };
}

/** The text of a reply in the pieces in which it is sent. */
export function* textPieces(reply: Reply): Generator<string> {
  const { text = [], endless } = reply;
  if (typeof text === 'string') yield* pieces(text, 24);
  else yield* text;
  for (let index = 0; index < (endless?.chunks ?? 0); index += 1) {
    yield `${index} `.padEnd(endless?.chars ?? 0, 'x');
  }
}

/** The arguments of a tool call as text, in pieces. */
export function argumentPieces(call: ReplyToolCall): Generator<string> {
  return pieces(typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments), 16_384);
}

/** At least two pieces of anything longer than a character, so that a stream can break in the middle. */
export function* pieces(text: string, most: number): Generator<string> {
  const length = Math.max(1, Math.min(most, Math.ceil(text.length / 2)));
  for (let start = 0; start < text.length; start += length) yield text.slice(start, start + length);
}

/** Why the answer ended, as the reply says or its tool calls imply. */
export function finishOf(reply: Reply): NonNullable<Reply['finish']> {
  return reply.finish ?? ((reply.toolCalls?.length ?? 0) > 0 ? 'tool-calls' : 'stop');
}

/** The tokens of a reply. */
export function usageOf(reply: Reply): { input: number; output: number; cached: number } | undefined {
  if (reply.usage === false) return undefined;
  return { input: 10, output: 5, cached: 0, ...reply.usage };
}
