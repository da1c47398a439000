import { HoldfastError, type JsonObject } from '@holdfast/protocol';
import { describe, expect, it } from 'vitest';

import { chain } from './chain.ts';
import type { Model, ModelPart } from './model.ts';
import { collect, errorOf, provide, registryOf } from './provider/testing.ts';

const RETRIES = { attempts: 3, baseMs: 1000, maxMs: 30_000 };
const FINISH: ModelPart = {
  type: 'finish',
  model: 'm',
  reason: 'stop',
  usage: { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 },
  costUsd: 0,
};

/** A model that says each of `says` in turn: parts, then an error or the end. */
function scripted(id: string, says: readonly (readonly (ModelPart | HoldfastError)[])[]): Model & { asked: number } {
  const model = {
    id,
    playbook: false,
    asked: 0,
    async *stream(): AsyncGenerator<ModelPart> {
      const turn = says[Math.min(model.asked, says.length - 1)] ?? [];
      model.asked += 1;
      for (const each of turn) {
        if (HoldfastError.is(each)) throw each;
        yield each;
      }
    },
  };
  return model;
}

function failure(
  code: 'MODEL_UNAVAILABLE' | 'MODEL_RATE_LIMITED' | 'MODEL_REJECTED' | 'MODEL_MALFORMED',
  details: JsonObject = {},
) {
  return new HoldfastError(code, `it says ${code}`, { details });
}

function build(models: [Model, ...Model[]], random = 0.5): { model: Model; waits: number[] } {
  const waits: number[] = [];
  const sleep = (ms: number, signal: AbortSignal) => {
    waits.push(ms);
    return signal.aborted ? Promise.reject(signal.reason as Error) : Promise.resolve();
  };
  return { model: chain(models, RETRIES, { sleep, random: () => random }), waits };
}

describe('chain', () => {
  it('asks again after a wait that grows, and says that all is void', async () => {
    const text: ModelPart = { type: 'text', delta: 'half' };
    const one = scripted('a/one', [[text, failure('MODEL_UNAVAILABLE')], [failure('MODEL_MALFORMED')], [text, FINISH]]);
    const { model, waits } = build([one]);
    expect(await collect(model)).toEqual([
      text,
      { type: 'restart', model: 'a/one', reason: 'it says MODEL_UNAVAILABLE', afterMs: 500 },
      { type: 'restart', model: 'a/one', reason: 'it says MODEL_MALFORMED', afterMs: 1000 },
      text,
      FINISH,
    ]);
    expect(waits).toEqual([500, 1000]);
  });

  it('waits at least as long as the provider asks for, and not at all where that is too long', async () => {
    const limited = scripted('a/one', [[failure('MODEL_RATE_LIMITED', { retryAfterMs: 7000 })], [FINISH]]);
    const { model, waits } = build([limited]);
    await collect(model);
    expect(waits).toEqual([7500]);

    const closed = scripted('a/one', [[failure('MODEL_RATE_LIMITED', { retryAfterMs: 31_000 })]]);
    const other = scripted('b/two', [[FINISH]]);
    const both = build([closed, other]);
    expect(await collect(both.model)).toEqual([
      { type: 'restart', model: 'b/two', reason: 'it says MODEL_RATE_LIMITED', afterMs: 0 },
      FINISH,
    ]);
    expect([closed.asked, both.waits]).toEqual([1, []]);
  });

  it('does not ask again what was refused, and goes on to the next', async () => {
    const one = scripted('a/one', [[failure('MODEL_REJECTED')]]);
    const two = scripted('b/two', [[FINISH]]);
    expect((await collect(build([one, two]).model)).map((part) => part.type)).toEqual(['restart', 'finish']);
    expect(one.asked).toBe(1);
  });

  it('says at the end what each model said', async () => {
    const one = scripted('a/one', [[failure('MODEL_UNAVAILABLE')]]);
    const two = scripted('b/two', [[failure('MODEL_REJECTED')]]);
    const error = await errorOf(collect(build([one, two]).model));
    expect(error.code).toBe('MODEL_UNAVAILABLE');
    expect(error.message).toBe(
      'No model of the chain answered. it says MODEL_UNAVAILABLE (asked 3 times). it says MODEL_REJECTED. All results so far are kept. "holdfast doctor --models" tries each model; then fork the run to go on.',
    );
    expect(error.details).toEqual({
      models: [
        { id: 'a/one', code: 'MODEL_UNAVAILABLE', attempts: 3 },
        { id: 'b/two', code: 'MODEL_REJECTED', attempts: 1 },
      ],
    });
    expect((await errorOf(collect(build([two]).model))).code).toBe('MODEL_REJECTED');
  });

  it('ends at once when it is cancelled, while it asks and while it waits', async () => {
    const cancelled = scripted('a/one', [[new HoldfastError('CANCELED', 'x')]]);
    expect((await errorOf(collect(build([cancelled, cancelled]).model))).code).toBe('CANCELED');
    expect(cancelled.asked).toBe(1);
    const failing = scripted('a/one', [[failure('MODEL_UNAVAILABLE')]]);
    expect((await errorOf(collect(build([failing]).model, [], AbortSignal.abort()))).code).toBe('CANCELED');
    expect(failing.asked).toBe(1);
  });

  it('goes from provider to provider over real sockets, and closes the one that it leaves', async () => {
    const server = await provide(({ api, turns }) => {
      if (api === 'openai-responses') return { status: 429, retryAfter: '0', message: 'slow down' };
      if (api === 'anthropic') return { text: 'half', fault: { kind: 'disconnect' } };
      return { text: `fine ${turns}` };
    });
    const registry = await registryOf(server, ['openai', 'anthropic', 'google'], { retries: { attempts: 2 } });
    const parts = await collect(registry.resolve(['openai/m', 'anthropic/m', 'google/m']));
    expect(parts.filter((part) => part.type === 'restart').map((part) => part.model)).toEqual([
      'openai/m',
      'anthropic/m',
      'anthropic/m',
      'google/m',
    ]);
    expect(parts.at(-1)).toMatchObject({ type: 'finish', model: 'google/m' });
    expect(await server.until((stats) => stats.open === 0)).toMatchObject({ requests: 5 });
  });
});
