/** How long to wait before attempt `n` (0 is the first): doubling up to `maxMs`, with half of it left to chance. */
export function backoffMs(n: number, firstMs: number, maxMs: number, random: () => number): number {
  const full = Math.min(maxMs, firstMs * 2 ** Math.min(n, 30));
  return full / 2 + (full / 2) * random();
}

/** Waits; returns early, and says so by `false`, when the signal aborts. */
export async function sleep(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  return new Promise((resolve) => {
    const ended = (): void => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', ended);
      resolve(true);
    }, ms);
    signal.addEventListener('abort', ended, { once: true });
  });
}
