import { randomBytes } from 'node:crypto';

import { trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';

import { formatTraceparent, newTraceparent, parentContext, parseTraceparent } from './traceparent.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

describe('W3C trace context (OB-1)', () => {
  it.each(['00', '01'])('reads and writes flags %s', (flags) => {
    const text = `00-${TRACE}-${SPAN}-${flags}`;
    const context = parseTraceparent(text);
    expect(context).toMatchObject({ traceId: TRACE, spanId: SPAN, isRemote: true });
    expect(context && formatTraceparent(context)).toBe(text);
  });

  it('reads a later version by its first four fields', () => {
    expect(parseTraceparent(`cc-${TRACE}-${SPAN}-01-what-comes`)?.traceId).toBe(TRACE);
  });

  it.each([
    '',
    'garbage',
    `ff-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01-more`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}`,
  ])('ignores %j', (text) => expect(parseTraceparent(text)).toBeUndefined());

  it('makes a parent context, or none', () => {
    expect(trace.getSpanContext(parentContext(`00-${TRACE}-${SPAN}-01`))?.spanId).toBe(SPAN);
    expect(trace.getSpanContext(parentContext('nonsense'))).toBeUndefined();
  });

  it('begins a new trace that is valid, from whatever the source of chance gives', () => {
    expect(parseTraceparent(newTraceparent((n) => randomBytes(n)))).toBeDefined();
    expect(parseTraceparent(newTraceparent((n) => new Uint8Array(n)))).toBeDefined();
  });
});
