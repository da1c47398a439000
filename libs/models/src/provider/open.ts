import type { LanguageModelV4 } from '@ai-sdk/provider';

import type { ProviderModelOptions } from './provider-model.ts';

/** The protocols that are spoken. */
export type ProviderType = 'openai' | 'anthropic' | 'google' | 'openai-compatible';

/** Where a provider is, and how it is asked. */
export interface ProviderTarget {
  readonly type: ProviderType;
  /** The first part of the ids of its models. */
  readonly name: string;
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
}

/** Where each provider is, unless the configuration says otherwise. */
export const BASE_URLS = {
  openai: 'https://api.openai.com/v1',
  anthropic: 'https://api.anthropic.com/v1',
  google: 'https://generativelanguage.googleapis.com/v1beta',
} as const;

type Layer = Pick<ProviderModelOptions, 'open' | 'cacheMarks' | 'providerOptions'>;

/**
 * How the provider layer opens a model of `target`. Each provider's code is loaded with its first call, since a start
 * is to be quick.
 */
export function layerOf(target: ProviderTarget, modelName: string): Layer {
  const { name, baseUrl: baseURL, apiKey = '' } = target;
  switch (target.type) {
    case 'openai':
      return {
        cacheMarks: false,
        // The conversation is ours to keep: nothing is stored there, and reasoning comes back encrypted.
        providerOptions: { openai: { store: false } },
        async open(fetch): Promise<LanguageModelV4> {
          const { createOpenAI } = await import('@ai-sdk/openai');
          return createOpenAI({ baseURL, apiKey, fetch }).responses(modelName);
        },
      };
    case 'anthropic':
      return {
        cacheMarks: true,
        async open(fetch): Promise<LanguageModelV4> {
          const { createAnthropic } = await import('@ai-sdk/anthropic');
          return createAnthropic({ baseURL, apiKey, fetch }).languageModel(modelName);
        },
      };
    case 'google':
      return {
        cacheMarks: false,
        async open(fetch): Promise<LanguageModelV4> {
          const { createGoogle } = await import('@ai-sdk/google');
          return createGoogle({ baseURL, apiKey, fetch }).languageModel(modelName);
        },
      };
    case 'openai-compatible':
      return {
        cacheMarks: false,
        async open(fetch): Promise<LanguageModelV4> {
          const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
          const key = apiKey === '' ? {} : { apiKey };
          return createOpenAICompatible({ name, baseURL, fetch, includeUsage: true, ...key }).chatModel(modelName);
        },
      };
  }
}
