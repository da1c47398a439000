import './styles.css';

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { ApiError, isPassing } from './api/error.ts';
import { makeRouter } from './app/router.tsx';
import { registerServiceWorker } from './app/service-worker.ts';
import { followSystemTheme } from './app/theme.ts';
import { offerUpdate } from './app/update.tsx';
import { initialLanguage, startTexts } from './i18n/index.ts';

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // A refusal stays one; a server that is away is asked again, ever more slowly, until it is back.
      retry: (count, error) => isPassing(error) && count < 20,
      retryDelay: (count) => Math.min(500 * 2 ** count, 5000),
      staleTime: 2000,
      networkMode: 'always',
      throwOnError: (error) => !(error instanceof ApiError),
    },
    mutations: { networkMode: 'always' },
  },
});

async function start(): Promise<void> {
  followSystemTheme();
  const router = makeRouter(queryClient);
  // Together with the texts, not after them. The router asks again for what cannot be had now, and shows why.
  const [routes] = router.getMatchedRoutes(window.location.pathname);
  for (const route of routes) {
    router.loadRouteChunk(route)?.catch((error: unknown) => console.warn('A page was not loaded ahead.', error));
  }
  await startTexts(initialLanguage(document.cookie, navigator.languages));
  const root = document.querySelector('#root');
  if (!root) throw new Error('The page has no place for the console.');
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
}

// Not after an await: a page that fails to start must still get the service worker of the next build.
registerServiceWorker(offerUpdate);
await start();
