import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';

import { logInAgain } from '../api/client.ts';
import { refreshRun } from '../api/queries.ts';
import { RunStore } from './store.ts';

const BROWSER = { fetch: window.fetch.bind(window), now: Date.now, random: Math.random };

/** The run of this id, followed as long as the page is shown. Its version changes whenever there is something new. */
export function useRun(id: string): { store: RunStore; version: number } {
  const queries = useQueryClient();
  const [store, setStore] = useState(() => new RunStore(id, BROWSER));
  useEffect(() => {
    const followed = new RunStore(id, BROWSER);
    setStore(followed);
    const left = new AbortController();
    followed.follow(left.signal).catch((error: unknown) => console.error('The run could not be followed.', error));
    let status = '';
    const unsubscribe = followed.subscribe(() => {
      const { connection, log } = followed;
      if (connection.state === 'failed' && connection.status === 401) logInAgain();
      if (log.status === status) return;
      status = log.status;
      void refreshRun(queries, id);
    });
    return () => {
      left.abort();
      unsubscribe();
    };
  }, [id, queries]);
  const version = useSyncExternalStore(store.subscribe, store.getVersion);
  return { store, version };
}
