import { HoldfastError, type JsonObject } from '@holdfast/protocol';

import type { Sleep } from './clock.ts';
import type { Model, ModelCall, ModelPart } from './model.ts';
import { RETRIED, type Retries, retryWait } from './retry.ts';

/** What a chain takes from outside. */
export interface ChainDeps {
  readonly sleep: Sleep;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
}

interface Failure {
  readonly model: Model;
  readonly error: HoldfastError;
  readonly attempts: number;
}

/**
 * Several models as one: the first that answers. A model that fails for a time is asked again after a wait (full
 * jitter, never shorter than its Retry-After); one that refuses the request is not asked again. Then comes the next.
 *
 * Before it starts over it yields `restart`: all that was yielded before is void.
 *
 * @param models in the order of preference, at least one
 */
export function chain(models: readonly [Model, ...Model[]], retries: Retries, deps: ChainDeps): Model {
  async function* stream(call: ModelCall): AsyncGenerator<ModelPart> {
    const failures: Failure[] = [];
    for (const [index, model] of models.entries()) {
      const { failure, restarts } = yield* ask(model, call);
      if (!failure) return;
      failures.push({ model, error: failure, attempts: restarts });
      const next = models[index + 1];
      if (next) yield { type: 'restart', model: next.id, reason: failure.message, afterMs: 0 };
    }
    throw allFailed(failures);
  }

  /** Asks one model as often as it may be asked. */
  async function* ask(
    model: Model,
    call: ModelCall,
  ): AsyncGenerator<ModelPart, { failure?: HoldfastError; restarts: number }> {
    for (let attempt = 1; ; attempt += 1) {
      const failure = yield* attemptOnce(model, call);
      if (!failure) return { restarts: attempt };
      const afterMs = retryWait(failure, attempt, retries, deps.random);
      if (afterMs === undefined) return { failure, restarts: attempt };
      yield { type: 'restart', model: model.id, reason: failure.message, afterMs };
      await sleep(afterMs, call.signal);
    }
  }

  async function sleep(ms: number, signal: AbortSignal): Promise<void> {
    try {
      await deps.sleep(ms, signal);
    } catch (error) {
      throw HoldfastError.from(error, 'CANCELED', 'The model call was cancelled.');
    }
  }

  return { id: models[0].id, playbook: models[0].playbook, stream };
}

/** One attempt. What is no failure of the model (a cancelled call, a defect) is thrown on. */
async function* attemptOnce(model: Model, call: ModelCall): AsyncGenerator<ModelPart, HoldfastError | undefined> {
  try {
    yield* model.stream(call);
    return undefined;
  } catch (error) {
    if (HoldfastError.is(error) && (RETRIED.has(error.code) || error.code === 'MODEL_REJECTED')) return error;
    throw error;
  }
}

/** What each model said, and what to do. */
function allFailed(failures: readonly Failure[]): HoldfastError {
  const codes = new Set(failures.map(({ error }) => error.code));
  const [first] = failures;
  const code = first && codes.size === 1 ? first.error.code : 'MODEL_UNAVAILABLE';
  const said = failures.map(
    ({ error, attempts }) => `${error.message}${attempts > 1 ? ` (asked ${attempts} times)` : ''}`,
  );
  const details: JsonObject = {
    models: failures.map(({ model, error, attempts }) => ({ id: model.id, code: error.code, attempts })),
  };
  const waits = failures.flatMap(({ error }) => error.details['retryAfterMs'] ?? []);
  const retryAfterMs = Math.min(...waits.filter((wait) => typeof wait === 'number'));
  if (Number.isFinite(retryAfterMs)) details['retryAfterMs'] = retryAfterMs;
  const what = failures.length === 1 ? 'The model did not answer' : 'No model of the chain answered';
  return new HoldfastError(
    code,
    `${what}. ${said.map((each) => (/[.!?。]$/.test(each) ? each : `${each}.`)).join(' ')} All results so far are kept. "holdfast doctor --models" tries each model; then fork the run to go on.`,
    { cause: first?.error, details },
  );
}
