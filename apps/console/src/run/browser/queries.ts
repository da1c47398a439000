import { queryOptions } from '@tanstack/react-query';

import { api, ask, type Schema } from '../../api/client.ts';
import type { Input } from './input.ts';

/** The browser of a run, as the API shows it. */
export type Browser = Schema<'Browser'>;

/** How often it is asked who has the browser, milliseconds. */
const LOOK_AGAIN_MS = 1500;

/** The browser that a run has open; null: none. */
export const browserQuery = (runId: string) =>
  queryOptions({
    queryKey: ['browser', runId],
    refetchInterval: LOOK_AGAIN_MS,
    queryFn: async (): Promise<Browser | null> => {
      const { browsers } = await ask(api.GET('/api/v1/browsers'));
      return browsers.find((browser) => browser.run_id === runId) ?? null;
    },
  });

/** Takes the browser of a run over, or gives it back to its agent. @throws ApiError */
export function hand(runId: string, to: 'person' | 'agent'): Promise<Browser> {
  const params = { params: { path: { id: runId } } };
  return ask(
    to === 'person'
      ? api.POST('/api/v1/runs/{id}/browser/take-over', params)
      : api.POST('/api/v1/runs/{id}/browser/resume', params),
  );
}

/** Does on the page what a person did, in order. @throws ApiError */
export async function sendInputs(runId: string, inputs: Input[]): Promise<void> {
  await ask(api.POST('/api/v1/runs/{id}/browser/input', { params: { path: { id: runId } }, body: { inputs } }));
}
