import type { Reply } from '@holdfast/testing';
import { describe, expect, it } from 'vitest';

import type { Message } from '../model.ts';
import { collect, errorOf, modelOf, piecesOf, provide, PROVIDERS, SECRET } from './testing.ts';

const ANSWER: Reply = {
  reasoning: 'I should look.',
  reasoningSignature: 'sig-1',
  text: ['Let me ', 'look.'],
  toolCalls: [
    { name: 'read', arguments: { path: '/a' }, signature: 'sig-2' },
    { name: 'read', arguments: { path: '/b' } },
  ],
  usage: { input: 100, output: 20, cached: 40 },
};

describe.each(PROVIDERS)('a model of %s', (type) => {
  it('streams deltas, complete pieces and usage', async () => {
    const server = await provide(() => ANSWER);
    const parts = await collect(await modelOf(server, type));
    const text = parts.flatMap((part) => (part.type === 'text' ? [part.delta] : []));
    expect(text).toEqual(['Let me ', 'look.']);
    expect(parts.flatMap((part) => (part.type === 'reasoning' ? [part.delta] : [])).join('')).toBe('I should look.');
    const pieces = piecesOf(parts);
    expect(pieces.map((piece) => piece.type)).toEqual(['reasoning', 'text', 'tool-call', 'tool-call']);
    expect(pieces[1]).toMatchObject({ text: 'Let me look.' });
    expect(pieces[2]).toMatchObject({ name: 'read', arguments: { path: '/a' } });
    expect(pieces[3]).toMatchObject({ name: 'read', arguments: { path: '/b' } });
    expect(parts.at(-1)).toEqual({
      type: 'finish',
      model: `${type}/m`,
      reason: 'tool-calls',
      usage: { inputTokens: 100, outputTokens: 20, cachedInputTokens: 40 },
      costUsd: undefined,
    });
  });

  it('gives results and the provider its own data back, and only its own', async () => {
    const server = await provide(({ turns }) => (turns === 0 ? ANSWER : { text: 'done' }));
    const model = await modelOf(server, type);
    const first = piecesOf(await collect(model));
    const calls = first.filter((piece) => piece.type === 'tool-call');
    const foreign = {
      type: 'reasoning',
      text: 'other thoughts',
      provider: { [type]: { signature: 'x' }, holdfast: { provider: 'elsewhere' } },
    } as const;
    const messages: Message[] = [
      { role: 'system', text: 'Be brief.' },
      { role: 'user', text: 'go' },
      // As it comes back from the journal.
      JSON.parse(JSON.stringify({ role: 'assistant', parts: [foreign, ...first] })) as Message,
      { role: 'tool', callId: calls[0]?.id ?? '', name: 'read', ok: true, value: { lines: 3 } },
      { role: 'tool', callId: calls[1]?.id ?? '', name: 'read', ok: false, value: 'no such file' },
    ];
    expect(piecesOf(await collect(model, messages))).toMatchObject([{ type: 'text', text: 'done' }]);
    const request = server.requests.at(-1);
    expect(request).toMatchObject({ turns: 1, toolResults: 2, model: 'm' });
    const sent = JSON.stringify(request?.body);
    expect(sent).toContain('Be brief.');
    expect(sent).toContain('no such file');
    expect(sent).toContain('"read"');
    expect(sent).toContain('I should look.');
    expect(sent).not.toContain('other thoughts');
    if (type !== 'openai-compatible') expect(sent).toContain('sig-1');
    if (type === 'google') expect(sent).toContain('sig-2');
    if (type === 'anthropic') expect(sent.match(/cache_control/g)).toHaveLength(2);
    if (type === 'openai') expect(request?.body).toMatchObject({ store: false });
  });

  it('tells stop from length', async () => {
    const server = await provide(() => ({ text: 'and then', finish: 'length' }));
    expect((await collect(await modelOf(server, type))).at(-1)).toMatchObject({ type: 'finish', reason: 'length' });
  });

  it('has no price and no count where the provider sends no usage', async () => {
    const server = await provide(() => ({ text: 'hi', usage: false }));
    const model = await modelOf(server, type, {
      prices: { [`${type}/m`]: { input_per_million: 1, output_per_million: 1 } },
    });
    const finish = (await collect(model)).at(-1);
    // Anthropic's protocol always counts.
    expect(finish).toMatchObject({
      usage: { inputTokens: 0, outputTokens: 0 },
      costUsd: type === 'anthropic' ? 0 : undefined,
    });
  });

  it('gives every call of an answer an id of its own', async () => {
    const server = await provide(() => ({
      toolCalls: [
        { id: 'same', name: 'read', arguments: { path: '/a' } },
        { id: 'same', name: 'read', arguments: { path: '/b' } },
      ],
    }));
    const ids = piecesOf(await collect(await modelOf(server, type))).map((piece) =>
      piece.type === 'tool-call' ? piece.id : '',
    );
    expect(new Set(ids).size).toBe(2);
  });

  it.each<[string, Reply, string, RegExp]>([
    [
      'a refused key',
      { status: 401, message: `Incorrect API key provided: ${SECRET}` },
      'MODEL_REJECTED',
      /Incorrect API key provided: \[key\] \(HTTP 401\)/,
    ],
    ['a bad request', { status: 400, message: 'max_tokens is too large' }, 'MODEL_REJECTED', /max_tokens is too large/],
    ['an unknown model', { status: 404, message: 'no such model' }, 'MODEL_REJECTED', /no such model/],
    ['no permission', { status: 403, message: 'not allowed' }, 'MODEL_REJECTED', /not allowed/],
    ['a rate limit', { status: 429, retryAfter: '7', message: 'slow down' }, 'MODEL_RATE_LIMITED', /slow down/],
    ['an empty account', { status: 429, message: 'insufficient_quota: pay first' }, 'MODEL_REJECTED', /pay first/],
    ['a server error', { status: 500, message: 'boom' }, 'MODEL_UNAVAILABLE', /boom \(HTTP 500\)/],
    ['an overload', { status: 529, message: 'overloaded' }, 'MODEL_UNAVAILABLE', /overloaded/],
    ['cut JSON', { text: 'half an answer', fault: { kind: 'cut-json', after: 3 } }, 'MODEL_MALFORMED', /not JSON/],
    ['garbage', { text: 'half an answer', fault: { kind: 'garbage', after: 3 } }, 'MODEL_MALFORMED', /not JSON/],
    [
      'garbage at once',
      { text: 'x', fault: { kind: 'garbage', after: 0 } },
      'MODEL_MALFORMED',
      /not JSON|cannot be understood/,
    ],
    [
      'an end without a finish',
      { text: 'half an answer', fault: { kind: 'end' } },
      'MODEL_MALFORMED',
      /broke off|ended without a finish/,
    ],
    ['no answer at all', { fault: { kind: 'end', after: 0 } }, 'MODEL_MALFORMED', /broke off|ended without a finish/],
    ['a disconnect', { text: 'half an answer', fault: { kind: 'disconnect' } }, 'MODEL_UNAVAILABLE', /./],
    [
      'a disconnect inside a tool call',
      { toolCalls: [{ name: 'read', arguments: { path: '/a' } }], fault: { kind: 'disconnect', after: 2 } },
      'MODEL_UNAVAILABLE',
      /./,
    ],
    [
      'an error event',
      { text: 'half an answer', message: 'we are overloaded', fault: { kind: 'error' } },
      'MODEL_UNAVAILABLE',
      /we are overloaded/,
    ],
    [
      'an error event at once',
      { text: 'x', message: 'we are overloaded', fault: { kind: 'error', after: 1 } },
      'MODEL_UNAVAILABLE',
      /we are overloaded/,
    ],
    [
      'a hang before the answer',
      { text: 'x', fault: { kind: 'hang', after: 0 } },
      'MODEL_UNAVAILABLE',
      /has sent nothing for/,
    ],
    [
      'a hang inside the answer',
      { text: 'half an answer', fault: { kind: 'hang', after: 3 } },
      'MODEL_UNAVAILABLE',
      /has sent nothing for/,
    ],
  ])('ends %s in the documented error', async (_, reply, code, message) => {
    const server = await provide(() => reply);
    const error = await errorOf(
      collect(await modelOf(server, type, reply.fault?.kind === 'hang' ? { idle_timeout_ms: 1500 } : {})),
    );
    expect(`${error.code}: ${error.message}`).toMatch(message);
    expect(error.code).toBe(code);
    expect(error.message).toContain(`${type}/m`);
    expect(JSON.stringify(error.toBody())).not.toContain(SECRET);
    if (reply.retryAfter !== undefined) expect(error.details).toMatchObject({ retryAfterMs: 7000 });
    await server.until((stats) => stats.open === 0);
  });

  it('is unavailable where nothing listens', async () => {
    const server = await provide(() => ({ text: 'x' }));
    const model = await modelOf(server, type);
    await server.close();
    expect(await errorOf(collect(model))).toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      message: expect.stringMatching(/connect/i),
    });
  });

  it('is malformed where a piece has no end', async () => {
    const text = 'y'.repeat(9 * 1024 * 1024);
    const server = await provide(() => ({ text: [text] }));
    const error = await errorOf(collect(await modelOf(server, type)));
    expect(error).toMatchObject({ code: 'MODEL_MALFORMED', message: expect.stringMatching(/longer than 8388608/) });
  });

  it('closes the socket when it is cancelled, before and inside an answer', async () => {
    const server = await provide(({ turns }) => ({
      text: 'half an answer',
      fault: { kind: 'hang', after: turns === 0 ? 3 : 0 },
    }));
    const model = await modelOf(server, type);
    for (const [index, messages] of [
      [{ role: 'user', text: 'go' }],
      [
        { role: 'user', text: 'go' },
        { role: 'assistant', parts: [{ type: 'text', text: 'x' }] },
        { role: 'user', text: 'on' },
      ],
    ].entries()) {
      const aborting = new AbortController();
      const work = errorOf(collect(model, messages as Message[], aborting.signal));
      await server.until((stats) => stats.requests === index + 1 && stats.open === 1);
      aborting.abort();
      expect(await work).toMatchObject({ code: 'CANCELED' });
      expect(await server.until((stats) => stats.open === 0)).toMatchObject({ clientClosed: index + 1 });
    }
    expect(await errorOf(collect(model, [{ role: 'user', text: 'go' }], AbortSignal.abort()))).toMatchObject({
      code: 'CANCELED',
    });
    expect(server.stats().requests).toBe(2);
  });

  it('AG-4: stops the socket of a provider whose reader stalls, and closes it when the reader leaves', async () => {
    const server = await provide(() => ({ endless: { chunks: 50_000, chars: 1000 } }));
    const model = await modelOf(server, type);
    let read = 0;
    for await (const part of model.stream({
      messages: [{ role: 'user', text: 'go' }],
      tools: [],
      parameters: {},
      signal: new AbortController().signal,
    })) {
      if (part.type === 'text') read += 1;
      if (read < 10) continue;
      // The reader stalls: the server writes on until the kernel's buffers are full, and then no more.
      let before = -1;
      for (let now = server.stats().chunksWritten; now !== before; now = server.stats().chunksWritten) {
        before = now;
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
      break;
    }
    const stats = await server.until(({ open }) => open === 0);
    expect(stats.clientClosed).toBe(1);
    // 10 chunks were read; what lies in between is at most 12 MB of kernel buffers.
    expect(stats.bytesWritten).toBeLessThan(12 * 1024 * 1024);
    expect(stats.chunksWritten).toBeLessThan(12_000);
  });
});

describe('a stalled reader', () => {
  it('is no hang of the provider: its time does not count as idle', async () => {
    const server = await provide(() => ({ endless: { chunks: 8000, chars: 1000 } }));
    const model = await modelOf(server, 'openai-compatible', { idle_timeout_ms: 1000 });
    let read = 0;
    for await (const part of model.stream({
      messages: [{ role: 'user', text: 'go' }],
      tools: [],
      parameters: {},
      signal: new AbortController().signal,
    })) {
      if (part.type === 'text') read += 1;
      if (read === 10) await new Promise((resolve) => setTimeout(resolve, 2500));
      if (read === 10) read += 1;
    }
    expect(read).toBe(8001);
  });
});

// Google sends arguments as an object, not as text.
describe.each(PROVIDERS.filter((type) => type !== 'google'))('a tool call of %s', (type) => {
  it('marks arguments that are no JSON object, and keeps the rest of the answer', async () => {
    const server = await provide(() => ({
      toolCalls: [
        { name: 'read', arguments: '{"path": "/a' },
        { name: 'read', arguments: '[1, 2]' },
        { name: 'no_such_tool', arguments: '' },
      ],
    }));
    const pieces = piecesOf(await collect(await modelOf(server, type)));
    expect(pieces).toMatchObject([
      { name: 'read', arguments: {}, invalid: '{"path": "/a' },
      { name: 'read', arguments: {}, invalid: '[1, 2]' },
      { name: 'no_such_tool', arguments: {} },
    ]);
    expect(pieces[2]).not.toHaveProperty('invalid');
  });
});
