import { parentPort } from 'node:worker_threads';

import { HoldfastError } from '@holdfast/protocol';

import { extract } from './extract.ts';
import type { ExtractRequest, FromExtractThread } from './message.ts';

parentPort?.on('message', ({ id, request }: { id: number; request: ExtractRequest }) => {
  let answer: FromExtractThread;
  try {
    answer = { id, ok: true, value: extract(request) };
  } catch (thrown) {
    const message = 'The page could not be made Markdown. browser_snapshot and browser_screenshot show it as it is.';
    answer = { id, ok: false, error: HoldfastError.from(thrown, 'TOOL_FAILED', message).toBody() };
  }
  parentPort?.postMessage(answer);
});
