import { HoldfastError } from '@holdfast/protocol';
import { type Provider, type ProviderOptions, type Script, startProvider } from '@holdfast/testing';
import { onTestFinished } from 'vitest';

import { ModelsConfig } from '../config.ts';
import type { AssistantPart, Message, Model, ModelPart, ToolSpec } from '../model.ts';
import { type ModelRegistry, type ModelsDeps, openModels } from '../registry.ts';

/** The providers, as test cases: name and kind alike. */
export const PROVIDERS = ['openai', 'anthropic', 'google', 'openai-compatible'] as const;
export type TestedProvider = (typeof PROVIDERS)[number];

/** A key that no message may repeat. */
export const SECRET = 'sk-test-0123456789abcdef';

/** A provider for one test; it ends with the test. */
export async function provide(script: Script, options: Partial<ProviderOptions> = {}): Promise<Provider> {
  const provider = await startProvider({ script, ...options });
  onTestFinished(() => provider.close());
  return provider;
}

/** Where a provider of `type` is asked at `server`. */
export function urlOf(server: Provider, type: TestedProvider): string {
  if (type === 'anthropic') return server.anthropicUrl;
  return type === 'google' ? server.googleUrl : server.openaiUrl;
}

/** A registry of one provider of each name in `types`, all at one server. Nothing waits, nothing is by chance. */
export function registryOf(
  server: Provider,
  types: readonly TestedProvider[],
  config: Record<string, unknown> = {},
  deps: Partial<ModelsDeps> = {},
): Promise<ModelRegistry> {
  const providers = Object.fromEntries(
    types.map((type) => [type, { type, base_url: urlOf(server, type), api_key: SECRET, models: ['m'] }]),
  );
  return openModels(ModelsConfig.parse({ providers, discover: false, retries: { attempts: 1 }, ...config }), {
    env: {},
    fetch,
    clock: { now: () => Date.now() },
    sleep: () => Promise.resolve(),
    random: () => 0.5,
    ...deps,
  });
}

/** One model, asked once per call. */
export async function modelOf(
  server: Provider,
  type: TestedProvider,
  config: Record<string, unknown> = {},
): Promise<Model> {
  return (await registryOf(server, [type], config)).resolve([`${type}/m`]);
}

export const TOOLS: readonly ToolSpec[] = [
  {
    name: 'read',
    description: 'Reads a file.',
    parameters: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
  },
];

/** All parts of one call. */
export async function collect(
  model: Model,
  messages: readonly Message[] = [{ role: 'user', text: 'go' }],
  signal: AbortSignal = new AbortController().signal,
): Promise<ModelPart[]> {
  const parts: ModelPart[] = [];
  for await (const part of model.stream({ messages, tools: TOOLS, parameters: {}, signal })) parts.push(part);
  return parts;
}

/** The complete pieces among `parts`. */
export function piecesOf(parts: readonly ModelPart[]): AssistantPart[] {
  return parts.flatMap((part) => (part.type === 'part' ? [part.part] : []));
}

/** The error that `work` ends with. */
export async function errorOf(work: Promise<unknown>): Promise<HoldfastError> {
  try {
    await work;
  } catch (error) {
    if (HoldfastError.is(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
