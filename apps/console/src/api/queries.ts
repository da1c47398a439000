import { type QueryClient, queryOptions } from '@tanstack/react-query';

import { api, ask } from './client.ts';

/** Who is logged in. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => ask(api.GET('/api/v1/me')),
  staleTime: 60_000,
});

/** Agents and playbooks. */
export const agentsQuery = queryOptions({
  queryKey: ['agents'],
  queryFn: async () => (await ask(api.GET('/api/v1/agents'))).agents,
  staleTime: 15_000,
});

/** One run. */
export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ['run', id],
    queryFn: () => ask(api.GET('/api/v1/runs/{id}', { params: { path: { id } } })),
  });

/** The actions of a run with their whole arguments and results. */
export const actionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['run', id, 'actions'],
    queryFn: async () => (await ask(api.GET('/api/v1/runs/{id}/actions', { params: { path: { id } } }))).actions,
  });

/** Has everything that shows this run asked for again. */
export async function refreshRun(client: QueryClient, id: string): Promise<void> {
  await Promise.all([
    client.invalidateQueries({ queryKey: ['run', id] }),
    client.invalidateQueries({ queryKey: ['runs'] }),
  ]);
}
