import { useQuery } from '@tanstack/react-query';

import { actionsQuery, runQuery } from '../api/queries.ts';

/** How often a run that goes on is asked for again, milliseconds. */
const LOOK_AGAIN_MS = 3000;

/** A run, asked for again until it has ended. */
export function useComparedRun(id: string) {
  return useQuery({
    ...runQuery(id),
    refetchInterval: ({ state }) => (state.data?.ended_at === null ? LOOK_AGAIN_MS : false),
  });
}

/** The actions of a run, asked for again while it goes on. */
export function useComparedActions(id: string, ended: boolean) {
  return useQuery({ ...actionsQuery(id), refetchInterval: ended ? false : LOOK_AGAIN_MS });
}
