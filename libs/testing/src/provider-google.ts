import type { JsonObject, JsonValue } from '@holdfast/protocol';

import { type Dialect, listOf } from './provider-dialect.ts';
import { finishOf, type Reply, textPieces, usageOf } from './provider-reply.ts';

const FINISH = { stop: 'STOP', 'tool-calls': 'STOP', length: 'MAX_TOKENS', 'content-filter': 'SAFETY' } as const;

/** Google's streamGenerateContent. */
export const google: Dialect = {
  api: 'google',
  path: /^\/v1beta\/models\/([^:]+):streamGenerateContent$/,
  count(body, path) {
    const contents = listOf(body['contents']);
    const all = contents.flatMap((content) => listOf(content['parts']));
    return {
      model: path[1] ?? '',
      turns: contents.filter((content) => content['role'] === 'model').length,
      toolResults: all.filter((part) => 'functionResponse' in part).length,
    };
  },
  *frames(_, reply) {
    if (reply.reasoning !== undefined)
      yield parts([{ text: reply.reasoning, thought: true, ...signature(reply.reasoningSignature) }]);
    for (const text of textPieces(reply)) yield parts([{ text }]);
    for (const call of reply.toolCalls ?? []) {
      const args = call.arguments as JsonValue;
      yield parts([{ functionCall: { name: call.name, args }, ...signature(call.signature) }]);
    }
  },
  *closing(_, reply) {
    const usage = usageOf(reply);
    yield sse({
      candidates: [
        { content: { role: 'model', parts: [{ text: '' }] }, index: 0, finishReason: FINISH[finishOf(reply)] },
      ],
      ...(usage && { usageMetadata: usageMetadata(usage) }),
    });
  },
  errorFrame: (reply) => sse(errorBody(503, reply)),
  errorBody: (reply) => errorBody(reply.status ?? 500, reply),
};

function parts(values: JsonObject[]): string {
  return sse({ candidates: [{ content: { role: 'model', parts: values }, index: 0 }] });
}

function signature(value: string | undefined): JsonObject {
  return value === undefined ? {} : { thoughtSignature: value };
}

function usageMetadata(usage: { input: number; output: number; cached: number }): JsonObject {
  return {
    promptTokenCount: usage.input,
    candidatesTokenCount: usage.output,
    totalTokenCount: usage.input + usage.output,
    cachedContentTokenCount: usage.cached,
  };
}

function errorBody(code: number, reply: Reply): JsonObject {
  return { error: { code, message: reply.message ?? 'Scripted error.', status: 'UNAVAILABLE' } };
}

function sse(value: JsonObject): string {
  return `data: ${JSON.stringify(value)}\r\n\r\n`;
}
