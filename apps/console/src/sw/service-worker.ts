/// <reference lib="webworker" />
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';

declare const self: ServiceWorkerGlobalScope;
/** Put in by scripts/build-console.mjs: the page, and each asset with its hash. */
declare const __PRECACHE__: { url: string; revision: string | null }[];

// The shell and its assets, never the API: what a run is may only ever come from the server (PF-1).
precacheAndRoute(__PRECACHE__);
cleanupOutdatedCaches();
registerRoute(
  new NavigationRoute(createHandlerBoundToURL('/'), {
    allowlist: [/^\/(?:$|\?|(?:runs|new|compare|insight|tools|files|memory|admin|account)(?:[/?]|$))/],
  }),
);

self.addEventListener('message', ({ data }) => {
  if (data === 'use-now') self.skipWaiting().catch((error: unknown) => console.warn(error));
});
