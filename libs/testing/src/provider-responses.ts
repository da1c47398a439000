import type { JsonObject } from '@holdfast/protocol';

import { type Dialect, listOf, textOf } from './provider-dialect.ts';
import { argumentPieces, finishOf, type ProviderRequest, type Reply, textPieces, usageOf } from './provider-reply.ts';

/** OpenAI's responses, streamed. */
export const responses: Dialect = {
  api: 'openai-responses',
  path: /^\/v1\/responses$/,
  count(body) {
    const items = listOf(body['input']);
    const results = items.filter((item) => item['type'] === 'function_call_output').length;
    return { model: textOf(body['model']), turns: countTurns(items), toolResults: results };
  },
  *frames(request, reply) {
    const response = { id: `resp_${request.turns}`, created_at: 0, model: request.model };
    yield event('response.created', { response });
    let index = 0;
    if (reply.reasoning !== undefined) {
      yield* reasoning(request, reply, index);
      index += 1;
    }
    if (reply.text !== undefined || reply.endless) {
      const id = `msg_${request.turns}`;
      yield event('response.output_item.added', { output_index: index, item: { type: 'message', id } });
      for (const delta of textPieces(reply)) {
        yield event('response.output_text.delta', { item_id: id, output_index: index, content_index: 0, delta });
      }
      yield event('response.output_item.done', { output_index: index, item: { type: 'message', id } });
      index += 1;
    }
    for (const [number, call] of (reply.toolCalls ?? []).entries()) {
      const id = `fc_${request.turns}_${number}`;
      const call_id = call.id ?? `call_${request.turns}_${number}`;
      const item = { type: 'function_call', id, call_id, name: call.name };
      yield event('response.output_item.added', { output_index: index, item: { ...item, arguments: '' } });
      let all = '';
      for (const delta of argumentPieces(call)) {
        all += delta;
        yield event('response.function_call_arguments.delta', { item_id: id, output_index: index, delta });
      }
      const done = { ...item, arguments: all, status: 'completed' };
      yield event('response.output_item.done', { output_index: index, item: done });
      index += 1;
    }
  },
  *closing(_, reply) {
    const finish = finishOf(reply);
    const incomplete = { length: 'max_output_tokens', 'content-filter': 'content_filter', stop: '', 'tool-calls': '' }[
      finish
    ];
    const usage = usageOf(reply);
    yield event(incomplete === '' ? 'response.completed' : 'response.incomplete', {
      response: {
        incomplete_details: incomplete === '' ? null : { reason: incomplete },
        ...(usage && {
          usage: {
            input_tokens: usage.input,
            input_tokens_details: { cached_tokens: usage.cached },
            output_tokens: usage.output,
            output_tokens_details: { reasoning_tokens: 0 },
          },
        }),
      },
    });
  },
  errorFrame: (reply) =>
    event('error', {
      sequence_number: 1,
      error: { type: 'server_error', code: 'server_error', message: reply.message ?? 'The server had an error.' },
    }),
  errorBody: (reply) => ({ error: { message: reply.message ?? 'Scripted error.', type: 'error', code: null } }),
};

/** An answer is several items in a row that came from the model. */
function countTurns(items: readonly JsonObject[]): number {
  const fromModel = items.map(
    (item) => item['role'] === 'assistant' || ['reasoning', 'function_call'].includes(textOf(item['type'])),
  );
  return fromModel.filter((each, index) => each && fromModel[index - 1] !== true).length;
}

function* reasoning(request: ProviderRequest, reply: Reply, index: number): Generator<string> {
  const id = `rs_${request.turns}`;
  const signature = reply.reasoningSignature ?? 'encrypted';
  yield event('response.output_item.added', { output_index: index, item: { type: 'reasoning', id, summary: [] } });
  yield event('response.reasoning_summary_part.added', { item_id: id, output_index: index, summary_index: 0 });
  yield event('response.reasoning_summary_text.delta', {
    item_id: id,
    output_index: index,
    summary_index: 0,
    delta: reply.reasoning ?? '',
  });
  yield event('response.reasoning_summary_part.done', { item_id: id, output_index: index, summary_index: 0 });
  const item = { type: 'reasoning', id, encrypted_content: signature, summary: [] };
  yield event('response.output_item.done', { output_index: index, item });
}

function event(type: string, value: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...value })}\n\n`;
}
