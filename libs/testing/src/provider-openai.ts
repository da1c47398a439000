import type { JsonObject } from '@holdfast/protocol';

import { argumentPieces, finishOf, type ProviderRequest, textPieces, usageOf } from './provider-reply.ts';
import { type Dialect, listOf, textOf } from './provider-dialect.ts';

const FINISH = {
  stop: 'stop',
  'tool-calls': 'tool_calls',
  length: 'length',
  'content-filter': 'content_filter',
} as const;

/** OpenAI's chat completions, streamed. */
export const openai: Dialect = {
  api: 'openai',
  path: /^\/v1\/chat\/completions$/,
  count(body) {
    const messages = listOf(body['messages']);
    return {
      model: textOf(body['model']),
      turns: messages.filter((message) => message['role'] === 'assistant').length,
      toolResults: messages.filter((message) => message['role'] === 'tool').length,
    };
  },
  *frames(request, reply) {
    const frame = (choices: JsonObject[], more: JsonObject = {}) => sse({ ...envelope(request), choices, ...more });
    const delta = (value: JsonObject) => frame([{ index: 0, delta: value, finish_reason: null }]);
    yield delta({ role: 'assistant', content: '' });
    if (reply.reasoning !== undefined) yield delta({ reasoning_content: reply.reasoning });
    for (const content of textPieces(reply)) yield delta({ content });
    for (const [index, call] of (reply.toolCalls ?? []).entries()) {
      const id = call.id ?? `call_${request.turns}_${index}`;
      yield delta({ tool_calls: [{ index, id, type: 'function', function: { name: call.name, arguments: '' } }] });
      for (const piece of argumentPieces(call))
        yield delta({ tool_calls: [{ index, function: { arguments: piece } }] });
    }
  },
  *closing(request, reply) {
    const choices = [{ index: 0, delta: {}, finish_reason: FINISH[finishOf(reply)] }];
    yield sse({ ...envelope(request), choices });
    const usage = usageOf(reply);
    if (usage) {
      yield sse({
        ...envelope(request),
        choices: [],
        usage: {
          prompt_tokens: usage.input,
          completion_tokens: usage.output,
          total_tokens: usage.input + usage.output,
          prompt_tokens_details: { cached_tokens: usage.cached },
        },
      });
    }
    yield 'data: [DONE]\n\n';
  },
  errorFrame: (reply) =>
    sse({ error: { message: reply.message ?? 'The server is overloaded.', type: 'server_error' } }),
  errorBody: (reply) => ({ error: { message: reply.message ?? 'Scripted error.', type: 'error', code: null } }),
};

function envelope(request: ProviderRequest): JsonObject {
  return { id: `chatcmpl-${request.turns}`, object: 'chat.completion.chunk', created: 0, model: request.model };
}

function sse(value: JsonObject): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}
