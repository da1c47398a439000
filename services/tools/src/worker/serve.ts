import { parentPort, workerData } from 'node:worker_threads';

import { HoldfastError, type JsonObject } from '@holdfast/protocol';

import type { Places } from '../files/virtual-path.ts';
import type { FromWorker, ToWorker } from './message.ts';

/** Tells how far the work is: 0 to 1, or negative where the end is not known. */
export type Tell = (fraction: number, message: string) => void;

const TELL_EVERY_MS = 250;

/** The whole of a worker: does its one piece of work, and says how it ended. */
export async function serve(
  work: (args: JsonObject, places: Places, tell: Tell) => Promise<JsonObject>,
): Promise<void> {
  const say = (message: FromWorker): void => parentPort?.postMessage(message);
  const { args, workspace, inputs } = workerData as ToWorker;
  let told = performance.now();
  const tell: Tell = (fraction, message) => {
    if (performance.now() - told < TELL_EVERY_MS) return;
    told = performance.now();
    say({ type: 'progress', fraction, message });
  };
  try {
    say({ type: 'result', value: await work(args, { workspace, inputs: new Map(inputs) }, tell) });
  } catch (error) {
    if (!HoldfastError.is(error)) throw error;
    say({ type: 'error', error: error.toBody() });
  }
}
