import {
  type Context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  trace,
  TraceFlags,
} from '@opentelemetry/api';

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Reads a W3C `traceparent`; undefined for anything that is not one: a caller's mistake never fails a request. */
export function parseTraceparent(text: string): SpanContext | undefined {
  const match = TRACEPARENT.exec(text);
  if (!match) return undefined;
  const [, version, traceId = '', spanId = '', flags = '00', rest] = match;
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  const context: SpanContext = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
  return isSpanContextValid(context) ? context : undefined;
}

/** The W3C `traceparent` that names a span; empty for an invalid (no-op) one. */
export function formatTraceparent(context: SpanContext): string {
  if (!isSpanContextValid(context)) return '';
  const flags = (context.traceFlags & TraceFlags.SAMPLED) === 0 ? '00' : '01';
  return `00-${context.traceId}-${context.spanId}-${flags}`;
}

/** The context to start a child span in: that of the remote caller, or a new trace. */
export function parentContext(traceparent: string): Context {
  const remote = parseTraceparent(traceparent);
  return remote ? trace.setSpanContext(ROOT_CONTEXT, remote) : ROOT_CONTEXT;
}

/** The context to start a child of `span` in. Nothing global is involved. */
export function contextOf(span: Span): Context {
  return trace.setSpan(ROOT_CONTEXT, span);
}

/** A new, sampled trace. `random` gives that many random bytes. */
export function newTraceparent(random: (bytes: number) => Uint8Array): string {
  // An all-zero id is invalid; the chance of drawing one is nil, but a scripted source in a test may well do it.
  const traceId = Buffer.from(random(16)).toString('hex').replace(/^0+$/, '1'.padStart(32, '0'));
  const spanId = Buffer.from(random(8)).toString('hex').replace(/^0+$/, '1'.padStart(16, '0'));
  return `00-${traceId}-${spanId}-01`;
}
