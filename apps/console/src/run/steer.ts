import { api, ask, type Run } from '../api/client.ts';

/** Stops a run after the action at hand, or lets a held one go on. @throws ApiError */
export function steer(id: string, verb: 'stop' | 'resume'): Promise<Run> {
  const params = { params: { path: { id } } };
  return ask(
    verb === 'stop' ? api.POST('/api/v1/runs/{id}/stop', params) : api.POST('/api/v1/runs/{id}/resume', params),
  );
}

/** Ends a run now. @throws ApiError */
export function cancel(id: string, reason: string): Promise<Run> {
  return ask(api.POST('/api/v1/runs/{id}/cancel', { params: { path: { id } }, body: { reason } }));
}

/** Cancels several runs, a few at a time. Resolves to those that could not be, with the reason. */
export async function cancelAll(ids: readonly string[], reason: string): Promise<{ id: string; error: unknown }[]> {
  const failed: { id: string; error: unknown }[] = [];
  const left = [...ids];
  const work = async () => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) {
      try {
        await cancel(id, reason);
      } catch (error) {
        failed.push({ id, error });
      }
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  return failed;
}
