import { HoldfastError } from '@holdfast/protocol';

import type { ModelsConfig, ProviderConfig } from './config.ts';
import { type FoundServer, findLoopbackServers, LOOPBACK_SERVERS, type LoopbackServer } from './loopback.ts';
import { BASE_URLS, type ProviderTarget } from './provider/open.ts';

/** Variables of the environment, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a provider was found. */
export type Source = 'configuration' | 'environment' | 'loopback';

/** A provider that was found, usable or not. */
export interface KnownProvider extends ProviderTarget {
  readonly source: Source;
  /** Names of models; the first is its default. */
  readonly models: readonly string[];
  /** What is missing before it can be used; undefined: nothing. */
  readonly missing: string | undefined;
}

interface KeyedProvider {
  readonly name: 'openai' | 'anthropic' | 'google';
  readonly keys: readonly string[];
  /** What is asked where only a key is known. */
  readonly model: string;
}

const KEYED: readonly KeyedProvider[] = [
  { name: 'openai', keys: ['OPENAI_API_KEY'], model: 'gpt-5.5' },
  { name: 'anthropic', keys: ['ANTHROPIC_API_KEY'], model: 'claude-sonnet-5' },
  { name: 'google', keys: ['GOOGLE_GENERATIVE_AI_API_KEY', 'GEMINI_API_KEY'], model: 'gemini-3.5-flash' },
];

/**
 * All providers that can be found, in the order in which they are asked: those of the configuration, those whose keys
 * the environment holds, and model servers on loopback. Of two with one name the first counts.
 */
export async function discoverProviders(
  config: ModelsConfig,
  deps: { env: Environment; fetch: typeof globalThis.fetch; loopback?: readonly LoopbackServer[] },
): Promise<Map<string, KnownProvider>> {
  const configured = Object.entries(config.providers).map(([name, each]) => fromConfig(name, each, deps.env));
  const servers = config.discover ? await findLoopbackServers(deps.loopback ?? LOOPBACK_SERVERS, deps.fetch) : [];
  const known = new Map<string, KnownProvider>();
  for (const provider of [...configured, ...fromEnvironment(deps.env), ...servers.map(fromServer)]) {
    if (!known.has(provider.name)) known.set(provider.name, provider);
  }
  return known;
}

function fromConfig(name: string, config: ProviderConfig, env: Environment): KnownProvider {
  const keyed = KEYED.find((each) => each.name === config.type);
  const variables = config.api_key_env === undefined ? (keyed?.keys ?? []) : [config.api_key_env];
  // A key of the environment goes to the provider that it is meant for only, never to another URL.
  const meant = config.api_key_env !== undefined || config.base_url === undefined;
  const apiKey = config.api_key ?? (meant ? firstOf(variables, env) : undefined);
  const needsKey = config.api_key_env !== undefined || (keyed !== undefined && config.base_url === undefined);
  return {
    name,
    type: config.type,
    baseUrl: trimSlash(config.base_url ?? defaultUrl(config.type)),
    apiKey,
    source: 'configuration',
    models: config.models.length > 0 || !keyed || config.base_url !== undefined ? config.models : [keyed.model],
    missing:
      needsKey && apiKey === undefined
        ? `it has no key: set ${variables.join(' or ')} in the environment, or models.providers.${name}.api_key`
        : undefined,
  };
}

function fromEnvironment(env: Environment): KnownProvider[] {
  const providers = KEYED.flatMap(({ name, keys, model }): KnownProvider[] => {
    const apiKey = firstOf(keys, env);
    if (apiKey === undefined) return [];
    const base = { name, type: name, baseUrl: BASE_URLS[name], apiKey, missing: undefined } as const;
    return [{ ...base, source: 'environment', models: [model] }];
  });
  const url = firstOf(['OPENAI_BASE_URL'], env);
  if (url === undefined) return providers;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new HoldfastError('CONFIG_INVALID', 'OPENAI_BASE_URL is not an HTTP URL. Correct it, or take it away.');
  }
  // Whoever sets another URL runs a server that speaks chat completions; what it calls its models is not known.
  const model = firstOf(['OPENAI_MODEL'], env);
  const other: KnownProvider = {
    name: 'openai',
    type: 'openai-compatible',
    baseUrl: trimSlash(url),
    apiKey: firstOf(['OPENAI_API_KEY'], env),
    source: 'environment',
    models: model === undefined ? [] : [model],
    missing: undefined,
  };
  return [other, ...providers.filter((provider) => provider.name !== 'openai')];
}

function fromServer({ name, baseUrl, models }: FoundServer): KnownProvider {
  const base = { name, type: 'openai-compatible', apiKey: undefined, missing: undefined } as const;
  return { ...base, baseUrl, models, source: 'loopback' };
}

function defaultUrl(type: ProviderConfig['type']): string {
  return type === 'openai-compatible' ? '' : BASE_URLS[type];
}

function firstOf(names: readonly string[], env: Environment): string | undefined {
  return names.map((name) => env[name]?.trim()).find((value) => value !== undefined && value !== '');
}

function trimSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
