export { type Clock, systemClock } from './clock.ts';
export { GENAI, GENAI_OPERATION, HOLDFAST } from './genai-attributes.ts';
export {
  createLogger,
  formatLine,
  LOG_LEVELS,
  type Logger,
  type LoggerOptions,
  type LogLevel,
  silentLogger,
} from './log.ts';
export { createMetrics, type Metrics, type TokenDirection } from './metrics.ts';
export { isSecretKey, REDACTED, redactFields, redactText, redactValue } from './redact.ts';
export { type MetricsServer, serveMetrics, type ServeMetricsOptions } from './serve-metrics.ts';
export { contextOf, formatTraceparent, newTraceparent, parentContext, parseTraceparent } from './traceparent.ts';
export { createTracer, tracesUrl, type Tracing, type TracingOptions } from './tracing.ts';
