import type { Model } from '@holdfast/models';
import { HoldfastError } from '@holdfast/protocol';

/** What is to be written. */
export interface Assignment {
  readonly system: string;
  readonly prompt: string;
  readonly maxTokens: number;
}

/** A model that writes one text. */
export interface Writer {
  /**
   * @throws HoldfastError MODEL_UNAVAILABLE where no model is connected or it does not answer in time, and those of Model.
   */
  write(assignment: Assignment, signal?: AbortSignal): Promise<string>;
}

/** A text that is longer than it may be is cut off: a model that does not stop must not fill the memory. */
const CHARS_PER_TOKEN = 8;

/** @param model asked for anew with each text: models come and go; undefined: there is none */
export function createModelWriter(deps: {
  readonly model: () => Model | undefined;
  readonly timeoutMs: number;
}): Writer {
  return {
    async write({ system, prompt, maxTokens }, signal) {
      const model = deps.model();
      if (!model) throw new HoldfastError('MODEL_UNAVAILABLE', 'No model is connected that could write this.');
      const limit = AbortSignal.timeout(deps.timeoutMs);
      const until = signal ? AbortSignal.any([signal, limit]) : limit;
      const stream = model.stream({
        messages: [
          { role: 'system', text: system },
          { role: 'user', text: prompt },
        ],
        tools: [],
        parameters: {},
        signal: until,
        maxOutputTokens: maxTokens,
      });
      let text = '';
      try {
        for await (const part of stream) {
          if (part.type === 'text') text += part.delta;
          else if (part.type === 'restart') text = '';
          if (text.length > maxTokens * CHARS_PER_TOKEN) break;
        }
      } catch (error) {
        if (limit.aborted && signal?.aborted !== true) {
          throw new HoldfastError('MODEL_UNAVAILABLE', `The model took longer than ${deps.timeoutMs} ms.`, {
            cause: error,
          });
        }
        throw error;
      }
      return text;
    },
  };
}
