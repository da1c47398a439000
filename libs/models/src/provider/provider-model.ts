import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { HoldfastError } from '@holdfast/protocol';

import type { Model, ModelCall, ModelPart } from '../model.ts';
import type { Usage } from '../prices.ts';
import { modelError } from './errors.ts';
import { PartAssembler } from './parts.ts';
import { createPromptConverter } from './prompt.ts';
import { type Watch, watchedFetch } from './watched-fetch.ts';

type FinishPart = Extract<LanguageModelV4StreamPart, { type: 'finish' }>;

const MAX_BYTES_PER_PART = 16 * 1024 * 1024;

/** One model of one provider. */
export interface ProviderModelOptions {
  /** `provider/name` */
  readonly id: string;
  /** Opens the model of the provider layer with the `fetch` that it is to use. */
  readonly open: (fetch: typeof globalThis.fetch) => Promise<LanguageModelV4>;
  /** The provider's name in the configuration: whose reasoning is whose. */
  readonly owner: string;
  /** Whether the provider caches prompts only when asked. */
  readonly cacheMarks: boolean;
  readonly providerOptions?: NonNullable<LanguageModelV4CallOptions['providerOptions']>;
  /** Replaced by `[key]` wherever the provider repeats it. */
  readonly apiKey: string | undefined;
  /** How long the provider may send nothing while it is waited for, milliseconds. */
  readonly idleMs: number;
  readonly price: (usage: Usage) => Promise<number | undefined>;
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => number;
}

/**
 * A model behind a provider's HTTP API.
 *
 * Its stream has one reader, which pulls when it is pulled. Leaving the iteration early, or aborting the signal, closes
 * the provider's socket.
 */
export function providerModel(options: ProviderModelOptions): Model {
  const converter = createPromptConverter(options.owner, options.cacheMarks);
  const source = { id: options.id, apiKey: options.apiKey, now: options.now };
  const watches = new WeakMap<AbortSignal, Watch>();
  const fetch = watchedFetch(options.fetch, options.id, (signal) => {
    const watch = signal && watches.get(signal);
    if (!watch) throw new Error(`${options.id}: the provider layer made a request without the signal of its call.`);
    return watch;
  });
  let layer: Promise<LanguageModelV4> | undefined;

  /** One for all calls: it compiles the schemas of the protocol, which costs more than a call. */
  const opened = async (): Promise<LanguageModelV4> => {
    layer ??= options.open(fetch);
    try {
      return await layer;
    } catch (error) {
      layer = undefined;
      throw error;
    }
  };

  async function* stream(call: ModelCall): AsyncGenerator<ModelPart> {
    const ending = new AbortController();
    const onAbort = () => ending.abort(new HoldfastError('CANCELED', 'The model call was cancelled.'));
    if (call.signal.aborted) onAbort();
    call.signal.addEventListener('abort', onAbort, { once: true });
    const watch: Watch = {
      abort: (reason) => ending.abort(reason),
      idleMs: options.idleMs,
      maxBytesPerPart: MAX_BYTES_PER_PART,
      bytes: 0,
    };
    watches.set(ending.signal, watch);
    let readToEnd = false;
    try {
      ending.signal.throwIfAborted();
      const model = await opened();
      const tools = converter.tools(call.tools);
      const { stream: parts } = await model.doStream({
        prompt: converter.prompt(call.messages),
        abortSignal: ending.signal,
        ...(tools && { tools, toolChoice: { type: 'auto' } as const }),
        ...(call.maxOutputTokens === undefined ? {} : { maxOutputTokens: call.maxOutputTokens }),
        ...(options.providerOptions && { providerOptions: options.providerOptions }),
      });
      const assembler = new PartAssembler(options.id, options.owner);
      const reader = parts.getReader();
      let finish: FinishPart | undefined;
      for (;;) {
        const { done, value: part } = await reader.read();
        if (done) break;
        watch.bytes = 0;
        if (part.type === 'error') throw part.error;
        if (part.type === 'finish') finish = part;
        else for (const piece of assembler.take(part)) yield piece;
      }
      readToEnd = true;
      const end = await endOf(finish);
      for (const piece of assembler.flush()) yield piece;
      yield end;
    } catch (thrown) {
      // Whoever ended the request knows why; what the layers above made of it says less.
      throw modelError(ending.signal.aborted ? ending.signal.reason : thrown, source);
    } finally {
      call.signal.removeEventListener('abort', onAbort);
      // Closes the socket.
      if (!readToEnd) ending.abort(new HoldfastError('CANCELED', 'The answer was not read to its end.'));
    }
  }

  /** How an answer ended that was read to its end. */
  async function endOf(finish: FinishPart | undefined): Promise<ModelPart> {
    const reason = finish?.finishReason.unified ?? 'interrupted';
    if (!finish || reason === 'interrupted' || reason === 'error') {
      throw new HoldfastError('MODEL_MALFORMED', `${options.id}: its answer broke off before its end.`, {
        details: { model: options.id },
      });
    }
    const { inputTokens, outputTokens } = finish.usage;
    const known = inputTokens.total !== undefined && outputTokens.total !== undefined;
    const usage: Usage = {
      inputTokens: inputTokens.total ?? 0,
      outputTokens: outputTokens.total ?? 0,
      cachedInputTokens: inputTokens.cacheRead ?? 0,
      cacheWriteTokens: inputTokens.cacheWrite ?? 0,
    };
    const { cacheWriteTokens: _, ...counted } = usage;
    return {
      type: 'finish',
      model: options.id,
      reason,
      usage: counted,
      // Tokens that were not counted have a price that is not known.
      costUsd: known ? await options.price(usage) : undefined,
    };
  }

  return { id: options.id, playbook: false, stream };
}
