import type { JsonObject } from '@holdfast/protocol';

import { type Dialect, listOf, textOf } from './provider-dialect.ts';
import { argumentPieces, finishOf, type Reply, type ReplyToolCall, textPieces, usageOf } from './provider-reply.ts';

const STOP = {
  stop: 'end_turn',
  'tool-calls': 'tool_use',
  length: 'max_tokens',
  'content-filter': 'refusal',
} as const;

/** Anthropic's messages, streamed. */
export const anthropic: Dialect = {
  api: 'anthropic',
  path: /^\/v1\/messages$/,
  count(body) {
    const messages = listOf(body['messages']);
    const blocks = messages.flatMap((message) => listOf(message['content']));
    return {
      model: textOf(body['model']),
      turns: messages.filter((message) => message['role'] === 'assistant').length,
      toolResults: blocks.filter(({ type }) => type === 'tool_result').length,
    };
  },
  *frames(request, reply) {
    const usage = usageOf(reply) ?? { input: 0, cached: 0 };
    yield event('message_start', {
      message: {
        id: `msg_${request.turns}`,
        type: 'message',
        role: 'assistant',
        model: request.model,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: {
          input_tokens: usage.input - usage.cached,
          cache_read_input_tokens: usage.cached,
          cache_creation_input_tokens: 0,
          output_tokens: 0,
        },
      },
    });
    let index = 0;
    if (reply.reasoning !== undefined) {
      yield* block(index, { type: 'thinking', thinking: '', signature: '' }, thinkingDeltas(reply));
      index += 1;
    }
    if (reply.text !== undefined || reply.endless) {
      yield* block(index, { type: 'text', text: '' }, textDeltas(reply));
      index += 1;
    }
    for (const [number, call] of (reply.toolCalls ?? []).entries()) {
      const id = call.id ?? `call_${request.turns}_${number}`;
      yield* block(index, { type: 'tool_use', id, name: call.name, input: {} }, inputDeltas(call));
      index += 1;
    }
  },
  *closing(_, reply) {
    yield event('message_delta', {
      delta: { stop_reason: STOP[finishOf(reply)], stop_sequence: null },
      usage: { output_tokens: usageOf(reply)?.output ?? 0 },
    });
    yield event('message_stop', {});
  },
  errorFrame: (reply) =>
    event('error', { error: { type: 'overloaded_error', message: reply.message ?? 'Overloaded' } }),
  errorBody: (reply) => ({ type: 'error', error: { type: 'error', message: reply.message ?? 'Scripted error.' } }),
};

function* block(index: number, content: JsonObject, deltas: Iterable<JsonObject>): Generator<string> {
  yield event('content_block_start', { index, content_block: content });
  for (const delta of deltas) yield event('content_block_delta', { index, delta });
  yield event('content_block_stop', { index });
}

function* thinkingDeltas(reply: Reply): Generator<JsonObject> {
  yield { type: 'thinking_delta', thinking: reply.reasoning ?? '' };
  yield { type: 'signature_delta', signature: reply.reasoningSignature ?? 'signature' };
}

function* textDeltas(reply: Reply): Generator<JsonObject> {
  for (const text of textPieces(reply)) yield { type: 'text_delta', text };
}

function* inputDeltas(call: ReplyToolCall): Generator<JsonObject> {
  for (const piece of argumentPieces(call)) yield { type: 'input_json_delta', partial_json: piece };
}

function event(type: string, value: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...value })}\n\n`;
}
