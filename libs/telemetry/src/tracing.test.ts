import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { afterEach, describe, expect, it } from 'vitest';

import { GENAI, GENAI_OPERATION } from './genai-attributes.ts';
import { contextOf, formatTraceparent, parentContext } from './traceparent.ts';
import { createTracer, tracesUrl } from './tracing.ts';

interface Exported {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeSpans: { spans: { name: string; traceId: string; spanId: string; parentSpanId?: string }[] }[];
  }[];
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A real OTLP/HTTP receiver on loopback. */
async function receiver() {
  const requests: { url: string; headers: Record<string, unknown>; body: string }[] = [];
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    requests.push({ url: request.url ?? '', headers: request.headers, body: await text(request) });
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

describe('tracing (OB-1)', () => {
  it('exports run -> action spans under the trace of the caller to a real OTLP receiver', async () => {
    const { url, requests } = await receiver();
    const tracing = await createTracer({
      endpoint: `${url}/`,
      headers: { 'x-access': 'abc' },
      serviceName: 'holdfast',
      serviceVersion: '1.2.3',
    });
    const caller = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const run = tracing.tracer.startSpan('invoke_agent a', {}, parentContext(caller));
    const action = tracing.tracer.startSpan(
      'chat m',
      { attributes: { [GENAI.operation]: GENAI_OPERATION.chat } },
      contextOf(run),
    );
    expect(formatTraceparent(action.spanContext())).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-/);
    action.end();
    run.end();
    await tracing.shutdown();

    expect(requests[0]?.url).toBe('/v1/traces');
    expect(requests[0]?.headers['x-access']).toBe('abc');
    const exported = JSON.parse(requests[0]?.body ?? '{}') as Exported;
    const spans = exported.resourceSpans.flatMap((one) => one.scopeSpans.flatMap((scope) => scope.spans));
    const sent = new Map(spans.map((span) => [span.name, span]));
    expect(sent.get('invoke_agent a')?.parentSpanId).toBe('b7ad6b7169203331');
    expect(sent.get('chat m')?.parentSpanId).toBe(sent.get('invoke_agent a')?.spanId);
    expect(requests[0]?.body).toContain('gen_ai.operation.name');
    expect(requests[0]?.body).toContain('1.2.3');
  });

  it('keeps no new trace at ratio 0, but follows a caller that sampled', async () => {
    const { url, requests } = await receiver();
    const tracing = await createTracer({ endpoint: url, serviceName: 'h', serviceVersion: '0', sampleRatio: 0 });
    tracing.tracer.startSpan('mine', {}, parentContext('')).end();
    tracing.tracer
      .startSpan('followed', {}, parentContext('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'))
      .end();
    await tracing.shutdown();
    const bodies = requests.map((request) => request.body).join('');
    expect(bodies).toContain('followed');
    expect(bodies).not.toContain('"mine"');
  });

  it('ends without an error when the receiver is gone', async () => {
    const tracing = await createTracer({ endpoint: 'http://127.0.0.1:1', serviceName: 'h', serviceVersion: '0' });
    tracing.tracer.startSpan('lost').end();
    await expect(tracing.shutdown()).resolves.toBeUndefined();
  });

  it('is a no-op that still hands the caller on where nothing is configured', async () => {
    const tracing = await createTracer({ endpoint: '', serviceName: 'h', serviceVersion: '0' });
    expect(tracing.enabled).toBe(false);
    const caller = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const span = tracing.tracer.startSpan('run', {}, parentContext(caller));
    expect(span.isRecording()).toBe(false);
    expect(formatTraceparent(span.spanContext())).toBe(caller);
    expect(formatTraceparent(tracing.tracer.startSpan('alone').spanContext())).toBe('');
    await tracing.shutdown();
  });

  it('takes a base URL or the whole one', () => {
    expect(tracesUrl('http://h:4318')).toBe('http://h:4318/v1/traces');
    expect(tracesUrl('http://h:4318/v1/traces/')).toBe('http://h:4318/v1/traces');
  });
});
