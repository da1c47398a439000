import { z } from 'zod';

const price = z.strictObject({
  input_per_million: z.number().min(0),
  output_per_million: z.number().min(0),
  cached_input_per_million: z.number().min(0).optional(),
});

const provider = z
  .strictObject({
    /** Which protocol it speaks. */
    type: z.enum(['openai', 'anthropic', 'google', 'openai-compatible']),
    base_url: z.url({ protocol: /^https?$/ }).optional(),
    api_key: z.string().min(1).optional(),
    /** The environment variable that holds the key. */
    api_key_env: z.string().min(1).optional(),
    /** Names of its models; the first is its default. Others can be named all the same. */
    models: z.array(z.string().min(1)).default([]),
  })
  .refine((value) => value.type !== 'openai-compatible' || value.base_url !== undefined, {
    path: ['base_url'],
    error: 'an openai-compatible provider needs its base_url, as in "http://127.0.0.1:8000/v1"',
  })
  .refine((value) => value.api_key === undefined || value.api_key_env === undefined, {
    path: ['api_key_env'],
    error: 'give api_key or api_key_env, not both',
  });

const providerName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]*$/, 'must be of a-z, 0-9, ., _ and -, as in "my-server"')
  .refine((name) => name !== 'playbook', 'is the name under which playbooks go');

const modelId = z.string().regex(/^[^/\s]+\/\S+$/, 'must be "provider/model", as in "openai/gpt-5.5"');

/** The part `models:` of holdfast.yaml. Unknown keys are refused. */
export const ModelsConfig = z.strictObject({
  /** Models in the order of fallback, for agents that name none. */
  default: z.array(modelId).default([]),
  providers: z.record(providerName, provider).default({}),
  /** US dollars per million tokens, by `provider/model`; goes before the public prices. */
  prices: z.record(modelId, price).default({}),
  retries: z
    .strictObject({
      attempts: z.int().min(1).max(20).default(3),
      base_ms: z.int().min(0).max(60_000).default(500),
      max_ms: z.int().min(0).max(600_000).default(30_000),
    })
    .prefault({}),
  /** How long a provider may send nothing. The platform's HTTP client waits for headers no longer than 5 minutes. */
  idle_timeout_ms: z.int().min(100).max(300_000).default(120_000),
  /** Whether to look for model servers on loopback. */
  discover: z.boolean().default(true),
});

/** The part `models:` of holdfast.yaml, defaults filled in. */
export type ModelsConfig = z.output<typeof ModelsConfig>;

/** One provider as configured. */
export type ProviderConfig = ModelsConfig['providers'][string];
