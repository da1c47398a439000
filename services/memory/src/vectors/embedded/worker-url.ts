/** Where the worker's code lies: beside this file in development, beside the bundle in production. */
export function workerUrl(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './vectors-worker.js', import.meta.url);
}
