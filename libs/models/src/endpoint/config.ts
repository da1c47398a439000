import { HoldfastError } from '@holdfast/protocol';
import { z } from 'zod';

import type { Environment } from '../discover.ts';

/** The keys that every part of the configuration has which names a server with a model. */
export const endpointFields = {
  model: z.string().min(1).optional().describe('The name of the model on the server.'),
  api_key: z.string().min(1).optional().describe('The key of the server, where it asks for one.'),
  api_key_env: z.string().min(1).optional().describe('The environment variable that holds the key.'),
  timeout_ms: z.int().min(100).max(300_000).default(60_000).describe('How long one request may take, milliseconds.'),
  retries: z
    .strictObject({
      attempts: z.int().min(1).max(20).default(3).describe('How often a request is tried, the first time included.'),
      base_ms: z
        .int()
        .min(0)
        .max(60_000)
        .default(500)
        .describe('The longest first wait, milliseconds; it doubles with each attempt.'),
      max_ms: z.int().min(0).max(600_000).default(10_000).describe('The longest single wait, milliseconds.'),
    })
    .prefault({})
    .describe('What is done about a server that does not answer now.'),
};

/** A URL of a server. */
export const endpointUrl = z.url({ protocol: /^https?$/ });

/** The values of {@link endpointFields}. */
export type EndpointFields = z.output<z.ZodObject<typeof endpointFields>>;

/** Whether the key is given in one way only; with {@link ONE_KEY}, for `refine`. */
export function hasOneKey(config: EndpointFields): boolean {
  return config.api_key === undefined || config.api_key_env === undefined;
}

/** What is said of a key that is given in both ways. */
export const ONE_KEY = { path: ['api_key_env'], error: 'give api_key or api_key_env, not both' };

/**
 * The key of a server, or undefined where none is configured.
 *
 * @throws HoldfastError MODEL_UNAVAILABLE where the variable that is to hold it is not set.
 */
export function keyOf(id: string, config: EndpointFields, env: Environment): string | undefined {
  const { api_key: key, api_key_env: variable } = config;
  if (key !== undefined || variable === undefined) return key;
  const found = env[variable];
  if (found !== undefined && found !== '') return found;
  throw new HoldfastError(
    'MODEL_UNAVAILABLE',
    `${id} cannot be used: it has no key. Nothing was changed. Set ${variable} in the environment and start again.`,
  );
}
