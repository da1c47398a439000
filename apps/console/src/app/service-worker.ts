import { trusted } from './trusted.ts';

/** It fetches the whole console: not while the page itself is still on its way, milliseconds. */
const AFTER_MS = 2000;

/**
 * Registers the service worker, which keeps the shell for the time without a network. `onUpdate` is called when a newer
 * console is ready; what it is given makes the page use it.
 */
export function registerServiceWorker(onUpdate: (use: () => void) => void): void {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return;
  const register = async () => {
    const registration = await navigator.serviceWorker.register(trusted.createScriptURL('/sw.js'));
    const offer = () => {
      const { waiting } = registration;
      if (!waiting || !navigator.serviceWorker.controller) return;
      onUpdate(() => {
        navigator.serviceWorker.addEventListener('controllerchange', () => window.location.reload(), { once: true });
        waiting.postMessage('use-now');
      });
    };
    offer();
    registration.addEventListener('updatefound', () => {
      registration.installing?.addEventListener('statechange', offer);
    });
  };
  setTimeout(() => {
    register().catch((error: unknown) => console.warn('The console cannot be kept for use without a network.', error));
  }, AFTER_MS);
}
