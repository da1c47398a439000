import type { calcPrice } from '@pydantic/genai-prices';

import type { TokenUsage } from './model.ts';

/** Tokens as they are billed. */
export interface Usage extends TokenUsage {
  /** Of the input: those that were written to the provider's cache. */
  readonly cacheWriteTokens: number;
}

/** A price that the user set, US dollars per million tokens. */
export interface Price {
  readonly input_per_million: number;
  readonly output_per_million: number;
  /** Default: the price of input. */
  readonly cached_input_per_million?: number | undefined;
}

/** Which model is to be priced. */
export interface PricedModel {
  /** `provider/name`: the key of a price that the user set. */
  readonly id: string;
  readonly name: string;
  /** The provider's name in the table of public prices; undefined: it is found by `url`. */
  readonly provider: 'openai' | 'anthropic' | 'google' | undefined;
  readonly url: string;
}

/** The table is large, and a start is to be quick: it is read with the first answer. */
let table: Promise<{ readonly calcPrice: typeof calcPrice }> | undefined;
/** Models that the table does not know. To find that out takes a search by hundreds of patterns. */
const unpriced = new WeakSet<PricedModel>();

/**
 * US dollars of one call, or undefined where no price is known: never 0 for want of a price.
 *
 * A price that the user set comes first, then the table of public prices. A server of one's own is in no table, so it
 * costs nothing only where the user has set its price to 0.
 */
export async function priceOf(
  model: PricedModel,
  usage: Usage,
  set: Readonly<Record<string, Price>>,
): Promise<number | undefined> {
  const own = Object.hasOwn(set, model.id) ? set[model.id] : undefined;
  const { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens } = usage;
  if (own) {
    const cached = own.cached_input_per_million ?? own.input_per_million;
    const fresh = Math.max(0, inputTokens - cachedInputTokens);
    return (fresh * own.input_per_million + cachedInputTokens * cached + outputTokens * own.output_per_million) / 1e6;
  }
  if (unpriced.has(model)) return undefined;
  const { calcPrice: calculate } = await (table ??= import('@pydantic/genai-prices'));
  const where = model.provider === undefined ? { providerApiUrl: model.url } : { providerId: model.provider };
  const tokens = {
    // Some servers count cached tokens beside the input instead of in it.
    input_tokens: Math.max(inputTokens, cachedInputTokens + cacheWriteTokens),
    output_tokens: outputTokens,
    ...(cachedInputTokens > 0 && { cache_read_tokens: cachedInputTokens }),
    ...(cacheWriteTokens > 0 && { cache_write_tokens: cacheWriteTokens }),
  };
  const price = calculate(tokens, model.name, where);
  if (!price) unpriced.add(model);
  return price?.total_price;
}
