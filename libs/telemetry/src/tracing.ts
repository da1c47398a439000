import { ProxyTracerProvider, type Tracer } from '@opentelemetry/api';

/** Where spans go. */
export interface TracingOptions {
  /**
   * Base URL of an OTLP/HTTP receiver, for instance `http://127.0.0.1:4318`; `/v1/traces` is added where it is missing.
   * Undefined or empty: nothing is traced.
   */
  readonly endpoint?: string | undefined;
  /** Sent with every export, for instance an access key. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly serviceName: string;
  readonly serviceVersion: string;
  /** Share of new traces that is kept, 0 to 1. A caller's decision is always followed. Default 1. */
  readonly sampleRatio?: number | undefined;
}

/** A tracer with its end. */
export interface Tracing {
  readonly tracer: Tracer;
  /** False where no endpoint is configured: spans then cost next to nothing and go nowhere. */
  readonly enabled: boolean;
  /** Sends what is waiting, within two seconds, and stops. It does not throw: a lost span fails nothing. */
  readonly shutdown: () => Promise<void>;
}

const NAME = 'holdfast';
const EXPORT_TIMEOUT_MS = 5000;
const SHUTDOWN_MS = 2000;

/** The address to which spans are posted. */
export function tracesUrl(endpoint: string): string {
  const base = endpoint.replace(/\/+$/, '');
  return base.endsWith('/v1/traces') ? base : `${base}/v1/traces`;
}

/**
 * Makes a tracer. The SDK is loaded only where an endpoint is configured, since loading it costs more than the rest of
 * a command line. Nothing global is registered: contexts are handed on explicitly.
 */
export async function createTracer(options: TracingOptions): Promise<Tracing> {
  const { endpoint } = options;
  if (!endpoint) {
    return { tracer: new ProxyTracerProvider().getTracer(NAME), enabled: false, shutdown: async () => undefined };
  }
  const [sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const exporter = new OTLPTraceExporter({
    url: tracesUrl(endpoint),
    timeoutMillis: EXPORT_TIMEOUT_MS,
    ...(options.headers ? { headers: { ...options.headers } } : {}),
  });
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({
      'service.name': options.serviceName,
      'service.version': options.serviceVersion,
      'process.pid': process.pid,
    }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(options.sampleRatio ?? 1) }),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter, scheduledDelayMillis: 1000 })],
  });
  return {
    tracer: provider.getTracer(NAME, options.serviceVersion),
    enabled: true,
    async shutdown() {
      // A receiver that is gone must neither hold up the end of the process nor turn it into a failure.
      await Promise.race([
        provider.shutdown().catch(() => undefined),
        new Promise<void>((resolve) => setTimeout(resolve, SHUTDOWN_MS).unref()),
      ]);
    },
  };
}
