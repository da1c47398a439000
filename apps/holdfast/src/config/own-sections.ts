import { LOG_LEVELS } from '@holdfast/telemetry';
import { z } from 'zod';

/** The `telemetry` section of holdfast.yaml. */
export const TelemetryConfigSchema = z.strictObject({
  log: z
    .strictObject({
      level: z.enum(LOG_LEVELS).default('info'),
      format: z
        .enum(['auto', 'json', 'text'])
        .default('auto')
        .describe('auto: text on a terminal, one JSON object a line elsewhere.'),
    })
    .prefault({}),
  metrics: z
    .strictObject({
      enabled: z.boolean().default(true),
      host: z.string().min(1).default('127.0.0.1').describe('Address on which Prometheus finds /metrics.'),
      port: z.number().int().min(0).max(65_535).default(9464).describe('0: any free port.'),
    })
    .prefault({}),
  otlp_endpoint: z
    .union([z.literal(''), z.url({ protocol: /^https?$/ })])
    .default('')
    .describe(
      'OTLP/HTTP receiver of spans, such as http://127.0.0.1:4318. Empty: OTEL_EXPORTER_OTLP_ENDPOINT, else none.',
    ),
  otlp_headers: z.record(z.string(), z.string()).default({}).describe('Sent with every export, such as an access key.'),
  sample_ratio: z.number().min(0).max(1).default(1).describe('Share of new traces that is kept.'),
});

/** The `storage` section of holdfast.yaml. */
export const StorageConfigSchema = z
  .strictObject({
    sql: z
      .union([z.literal('sqlite'), z.url({ protocol: /^postgres(ql)?$/ })])
      .default('sqlite')
      .describe('sqlite: one file in the data directory. Else the URL of a PostgreSQL primary.'),
    replicas: z
      .array(z.url({ protocol: /^postgres(ql)?$/ }))
      .default([])
      .describe('URLs of streaming replicas of that primary; reads are spread over them.'),
    locks: z
      .union([z.literal('database'), z.array(z.url({ protocol: /^rediss?$/ })).min(1)])
      .default('database')
      .describe(
        'Where locks of shared files are kept. database: in storage.sql. Else the URLs of Redis masters that know nothing of each other; three or five.',
      ),
  })
  .refine((storage) => storage.sql !== 'sqlite' || storage.replicas.length === 0, {
    path: ['replicas'],
    message: 'Replicas need storage.sql to be the URL of their PostgreSQL primary',
  });

/** The checked `telemetry` section. */
export type TelemetryConfig = z.infer<typeof TelemetryConfigSchema>;
/** The checked `storage` section. */
export type StorageConfig = z.infer<typeof StorageConfigSchema>;
