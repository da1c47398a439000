import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';

import { agentpb, HoldfastError } from '@holdfast/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { call, eventOf, eventsOf, makeKey, startGateway, type TestGateway, until } from '../testing.ts';

let test: TestGateway;
const opened: ClientRequest[] = [];

beforeEach(async () => {
  test = await startGateway({ gateway: { sse: { heartbeat_ms: 50, max_per_caller: 3 } } });
  test.agent.add({ id: 'r1' });
});
afterEach(async () => {
  for (const one of opened.splice(0)) one.destroy();
  await test.close();
});

const url = (query = '') => `${test.url}/api/v1/runs/r1/events${query}`;

/** Opens a stream and leaves the reading to the test. */
function open(headers: Record<string, string> = {}, query = ''): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      url(query),
      { headers: { authorization: `Bearer ${test.ownerKey}`, ...headers } },
      resolve,
    );
    opened.push(sent);
    sent.on('error', reject);
    sent.end();
  });
}

/** A source that gives what is pushed, and notes when its reader has left. */
function pushed() {
  const waiting: agentpb.WatchResponse[] = [];
  const state = { pulled: 0, left: false, aborted: false };
  let wake = () => {};
  const source = async function* (_request: agentpb.WatchRequest, signal: AbortSignal) {
    signal.addEventListener('abort', () => {
      state.aborted = true;
      wake();
    });
    try {
      while (!signal.aborted) {
        const next = waiting.shift();
        if (next) {
          state.pulled++;
          yield next;
        } else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      state.left = true;
    }
  };
  const push = (event: agentpb.WatchResponse) => {
    waiting.push(event);
    wake();
  };
  return { source, push, state };
}

describe('the event stream (AG-4)', () => {
  it('carries id, type and data of each event, and ends with the run', async () => {
    test.agent.source = () => eventsOf(['one', 'two\nlines', '三']);
    const answer = await call(url(), { key: test.ownerKey });
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(answer.headers.get('x-accel-buffering')).toBe('no');
    expect(answer.headers.get('cache-control')).toContain('no-transform');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('traceparent')).toMatch(/^00-/);
    const frames = answer.text.split('\n\n').filter((frame) => frame !== '');
    expect(frames[0]).toMatch(/^retry: \d+$/);
    expect(frames.slice(1).map((frame) => frame.split('\n'))).toEqual(
      ['one', 'two\nlines', '三'].map((text, index) => [
        `id: 1-${index + 1}`,
        'event: model.delta',
        `data: ${JSON.stringify({ at: new Date(1_700_000_000_001 + index).toISOString(), action_id: 'a1', text })}`,
      ]),
    );
  });

  it('goes on after Last-Event-ID, or ?after=', async () => {
    const asked: string[] = [];
    test.agent.source = (request) => {
      asked.push(request.after);
      return eventsOf(['one', 'two', 'three'], Number(request.after.split('-')[1] ?? 0));
    };
    const byHeader = await call(url(), { key: test.ownerKey, headers: { 'last-event-id': '1-2' } });
    const byQuery = await call(url('?after=1-2'), { key: test.ownerKey });
    for (const { text } of [byHeader, byQuery]) expect(text.match(/^id: .*$/gm)).toEqual(['id: 1-3']);
    await call(url('?after=1-1'), { key: test.ownerKey, headers: { 'last-event-id': '1-2' } });
    expect(asked).toEqual(['1-2', '1-2', '1-2']);
  });

  it('answers 204 when the run has ended and nothing is left, so that a browser stops coming back', async () => {
    test.agent.add({ id: 'r1', status: agentpb.RunStatus.SUCCEEDED });
    test.agent.source = (request) => eventsOf(['one', 'two'], Number(request.after.split('-')[1] ?? 0));
    expect((await call(url('?after=1-2'), { key: test.ownerKey })).status).toBe(204);
    const rest = await call(url('?after=1-1'), { key: test.ownerKey });
    expect(rest.text.match(/^id: .*$/gm)).toEqual(['id: 1-2']);
  });

  it.each(['1', 'x', '1-2-3', '1-2; drop table runs'])('refuses %j as an event id', async (id) => {
    const answer = await call(url(`?after=${encodeURIComponent(id)}`), { key: test.ownerKey });
    expect(answer.json().error.code).toBe('INVALID_ARGUMENT');
  });

  it('sends heartbeats while nothing happens', async () => {
    const { push, source } = pushed();
    test.agent.source = source;
    const stream = (await open()).setEncoding('utf8');
    let text = '';
    stream.on('data', (chunk: string) => (text += chunk));
    await until(() => text.split(': heartbeat\n\n').length > 3);
    push(eventOf(1, 'late'));
    await until(() => text.includes('id: 1-1'));
  });

  it('is left by a client that goes away: the source is closed, no place is kept', async () => {
    const { push, source, state } = pushed();
    test.agent.source = source;
    const stream = await open();
    push(eventOf(1, 'x'));
    stream.resume();
    await until(() => state.pulled === 1);
    stream.destroy();
    await until(() => state.left && state.aborted);
    for (let n = 0; n < 3; n++) await open();
  });

  it('pulls nothing for a reader that stalls, and goes on when it reads again', async () => {
    const text = 'x'.repeat(64 * 1024);
    const total = 2000;
    let pulled = 0;
    test.agent.source = async function* () {
      for (let n = 1; n <= total; n++) {
        pulled++;
        yield eventOf(n, text);
      }
    };
    const stream = await open();
    stream.pause();
    let before = -1;
    // The kernel's buffers fill up; then the count must stand still.
    while (before !== pulled) {
      before = pulled;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect(pulled).toBeGreaterThan(0);
    expect(pulled * 64).toBeLessThan(16 * 1024);
    let last = '';
    for await (const chunk of stream.setEncoding('utf8')) last = (last + String(chunk)).slice(-200_000);
    expect(pulled).toBe(total);
    expect(last).toContain(`id: 1-${total}\n`);
  });

  it('pulls no more when a stalled reader goes away, however fast the source is', async () => {
    const text = 'x'.repeat(1000);
    const total = 500_000;
    let pulled = 0;
    let left = false;
    test.agent.source = async function* () {
      try {
        for (let n = 1; n <= total; n++) {
          pulled++;
          yield eventOf(n, text);
        }
      } finally {
        left = true;
      }
    };
    const stream = await open();
    stream.pause();
    let before = -1;
    while (before !== pulled) {
      before = pulled;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    stream.destroy();
    await until(() => left);
    expect(pulled - before).toBeLessThan(100);
  });

  it('is paced for the first viewer and free for those who join, unless they say otherwise', async () => {
    const flows: agentpb.Flow[] = [];
    const { source } = pushed();
    test.agent.source = (request, signal) => {
      flows.push(request.flow);
      return source(request, signal);
    };
    await open();
    await open();
    await open({}, '?flow=paced');
    expect(flows).toEqual([agentpb.Flow.PACED, agentpb.Flow.FREE, agentpb.Flow.PACED]);
    const other = await makeKey(test, 'viewer');
    await open({ authorization: `Bearer ${other}` }, '?flow=free');
    expect(flows.at(-1)).toBe(agentpb.Flow.FREE);
  });

  it('is limited in number for one caller, not for the next', async () => {
    test.agent.source = pushed().source;
    for (let n = 0; n < 3; n++) expect((await open()).statusCode).toBe(200);
    const refused = await call(url(), { key: test.ownerKey });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(refused.json().error.message).toContain('gateway.sse.max_per_caller');
    const other = await makeKey(test, 'viewer');
    expect((await open({ authorization: `Bearer ${other}` })).statusCode).toBe(200);
  });

  it('says what broke, in the documented form and without the cause, and ends', async () => {
    test.agent.source = async function* () {
      yield eventOf(1, 'x');
      throw new HoldfastError('STORAGE_UNAVAILABLE', 'The database does not answer.', {
        cause: new Error('password=x'),
      });
    };
    const { text } = await call(url(), { key: test.ownerKey });
    expect(text).toContain('id: 1-1');
    expect(text).toContain(
      'event: stream.error\ndata: {"code":"STORAGE_UNAVAILABLE","message":"The database does not answer."}\n\n',
    );
    expect(text).not.toContain('password');
  });

  it('ends when the gateway closes, which does not wait for it', async () => {
    const { source, state } = pushed();
    test.agent.source = source;
    const stream = await open();
    stream.resume();
    const ended = new Promise((resolve) => stream.once('close', resolve));
    await test.gateway.close();
    await ended;
    expect(state.left).toBe(true);
  });
});
