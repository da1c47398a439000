import { type ErrorBody, HoldfastError, nearest } from '@holdfast/protocol';

import { chain } from './chain.ts';
import { type ModelClock, type Sleep, systemSleep } from './clock.ts';
import type { ModelsConfig } from './config.ts';
import { CONNECT_A_MODEL } from './connect.ts';
import { discoverProviders, type Environment, type KnownProvider, type Source } from './discover.ts';
import type { LoopbackServer } from './loopback.ts';
import type { Model } from './model.ts';
import { playbookModel } from './playbook/model.ts';
import type { Playbook } from './playbook/playbook.ts';
import { priceOf } from './prices.ts';
import { layerOf } from './provider/open.ts';
import { providerModel } from './provider/provider-model.ts';

/** What models take from outside. */
export interface ModelsDeps {
  readonly env: Environment;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: ModelClock;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
  /** How to wait between attempts. Default: in real time. */
  readonly sleep?: Sleep;
  /** Resolved under `playbook/<name>`. */
  readonly playbooks?: readonly Playbook[];
  /** Where to look for model servers on loopback. Default: where they listen by default. */
  readonly loopback?: readonly LoopbackServer[];
}

/** A model that is known by name. */
export interface ListedModel {
  readonly id: string;
  readonly source: Source | 'playbook';
  readonly available: boolean;
  /** Where it comes from, or what is missing. */
  readonly why: string;
}

/** What one real call of a model gave. */
export interface ModelCheck {
  readonly id: string;
  readonly ok: boolean;
  readonly ms: number;
  readonly costUsd: number | undefined;
  readonly error?: ErrorBody;
}

/** All models that are connected. */
export interface ModelRegistry {
  /**
   * A chain of the named models, or of the default ones where none is named.
   *
   * @throws HoldfastError MODEL_UNAVAILABLE where one is not connected, saying how to connect it.
   */
  resolve(ids: readonly string[]): Model;
  list(): readonly ListedModel[];
  /** The ids that are asked where an agent names none, in order; empty when no model is connected. */
  defaults(): readonly string[];
  /** One real, minimal call, without retries: it costs what it costs. */
  check(id: string, signal?: AbortSignal): Promise<ModelCheck>;
}

/** Finds the models that are connected: configuration, then environment, then loopback. */
export async function openModels(config: ModelsConfig, deps: ModelsDeps): Promise<ModelRegistry> {
  const providers = await discoverProviders(config, deps);
  const playbooks = new Map((deps.playbooks ?? []).map((playbook) => [`playbook/${playbook.name}`, playbook]));
  const opened = new Map<string, Model>();
  const { attempts, base_ms: baseMs, max_ms: maxMs } = config.retries;

  const open = (id: string): Model => {
    const playbook = playbooks.get(id);
    if (playbook) return playbookModel(playbook);
    const before = opened.get(id);
    if (before) return before;
    const slash = id.indexOf('/');
    const provider = providers.get(id.slice(0, Math.max(0, slash)));
    if (!provider || slash === id.length - 1) throw unknownModel(id, providers, playbooks);
    if (provider.missing !== undefined) {
      throw new HoldfastError('MODEL_UNAVAILABLE', `The model ${id} cannot be used: ${provider.missing}.`);
    }
    const model = openProviderModel(id, id.slice(slash + 1), provider, config, deps);
    opened.set(id, model);
    return model;
  };

  const defaults = (): readonly string[] => {
    if (config.default.length > 0) return config.default;
    const usable = [...providers.values()].filter((provider) => provider.missing === undefined);
    const ids = usable.flatMap(({ name, models }) => (models[0] === undefined ? [] : [`${name}/${models[0]}`]));
    const hosted = ids.filter((id) => providers.get(id.slice(0, id.indexOf('/')))?.source !== 'loopback');
    // A server that was merely found is no fallback for one that was chosen.
    return hosted.length > 0 ? hosted : ids.slice(0, 1);
  };

  /** Default models that no provider lists: a server may have more than it was asked for, or its list is not known. */
  const named = (known: readonly ListedModel[]): ListedModel[] =>
    config.default
      .filter((id) => !playbooks.has(id) && !known.some((model) => model.id === id))
      .map((id) => {
        try {
          open(id);
          return { id, source: 'configuration', available: true, why: 'named in models.default' };
        } catch (error) {
          return { id, source: 'configuration', available: false, why: HoldfastError.from(error).message };
        }
      });

  const ofProviders = () => [...providers.values()].flatMap((provider) => listed(provider));

  return {
    defaults,
    list: () => [
      ...ofProviders(),
      ...named(ofProviders()),
      ...[...playbooks.keys()].map((id) => ({ id, source: 'playbook', available: true, why: 'playbook' }) as const),
    ],
    resolve(ids) {
      const [first, ...rest] = ids.length > 0 ? ids : defaults();
      if (first === undefined)
        throw new HoldfastError('MODEL_UNAVAILABLE', `No model is connected. To go on, ${CONNECT_A_MODEL}`);
      const models = [open(first), ...rest.map((id) => open(id))] as const;
      if (models.length === 1 && models[0].playbook) return models[0];
      return chain([...models], { attempts, baseMs, maxMs }, { random: deps.random, sleep: deps.sleep ?? systemSleep });
    },
    async check(id, signal = new AbortController().signal) {
      const from = deps.clock.now();
      try {
        const costUsd = await callOnce(open(id), signal);
        return { id, ok: true, ms: deps.clock.now() - from, costUsd };
      } catch (thrown) {
        const error = HoldfastError.from(thrown, 'MODEL_UNAVAILABLE').toBody();
        return { id, ok: false, ms: deps.clock.now() - from, costUsd: undefined, error };
      }
    },
  };
}

function openProviderModel(
  id: string,
  name: string,
  provider: KnownProvider,
  config: ModelsConfig,
  deps: ModelsDeps,
): Model {
  const { type, baseUrl: url, apiKey } = provider;
  const priced = { id, name, url, provider: type === 'openai-compatible' ? undefined : type };
  return providerModel({
    id,
    owner: provider.name,
    apiKey,
    idleMs: config.idle_timeout_ms,
    price: (usage) => priceOf(priced, usage, config.prices),
    fetch: deps.fetch,
    now: () => deps.clock.now(),
    ...layerOf(provider, name),
  });
}

async function callOnce(model: Model, signal: AbortSignal): Promise<number | undefined> {
  const messages = [{ role: 'user', text: 'Answer with the word: ok' }] as const;
  for await (const part of model.stream({ messages, tools: [], parameters: {}, signal, maxOutputTokens: 64 })) {
    if (part.type === 'finish') return part.costUsd;
  }
  throw new HoldfastError('MODEL_MALFORMED', `${model.id}: its answer broke off before its end.`);
}

function listed({ name, models, source, missing, baseUrl }: KnownProvider): ListedModel[] {
  const why = missing ?? (source === 'loopback' ? `found at ${baseUrl}` : `from the ${source}`);
  return models.map((model) => ({ id: `${name}/${model}`, source, available: missing === undefined, why }));
}

function unknownModel(
  id: string,
  providers: ReadonlyMap<string, KnownProvider>,
  playbooks: ReadonlyMap<string, Playbook>,
): HoldfastError {
  const known = [
    ...[...providers.values()].flatMap((provider) => listed(provider).map((model) => model.id)),
    ...playbooks.keys(),
  ];
  const near = nearest(id, known);
  const hint = near === undefined ? `To use it, ${CONNECT_A_MODEL}` : `Did you mean "${near}"?`;
  const what = id.includes('/')
    ? `no provider "${id.slice(0, id.indexOf('/'))}" is connected`
    : 'an id is "provider/model"';
  return new HoldfastError('MODEL_UNAVAILABLE', `The model ${id} is not known: ${what}. ${hint}`, {
    details: near === undefined ? {} : { nearestKey: near },
  });
}
