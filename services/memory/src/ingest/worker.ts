import { parentPort, workerData } from 'node:worker_threads';

import { HoldfastError } from '@holdfast/protocol';

import { chunksOf } from './chunk.ts';
import { extract } from './extract/extract.ts';
import type { FromReader, ToRead } from './message.ts';

async function read(): Promise<FromReader> {
  const { format, content, mediaType, bounds } = workerData as ToRead;
  try {
    const { title, blocks } = await extract(format, content, mediaType, bounds);
    return { type: 'result', value: { title, chunks: chunksOf(blocks) } };
  } catch (error) {
    if (HoldfastError.is(error)) return { type: 'error', error: error.toBody() };
    // Nested deeper than the readers can follow.
    if (!(error instanceof RangeError)) throw error;
    const message = 'The document is nested too deeply to be read. Nothing was kept: make it simpler, or cut it up.';
    return { type: 'error', error: { code: 'INVALID_ARGUMENT', message } };
  }
}

parentPort?.postMessage(await read());
