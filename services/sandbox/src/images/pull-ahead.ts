import { HoldfastError } from '@holdfast/protocol';

import type { Images, ImageUse } from './images.ts';

/** What happens to a template that is made ahead. */
export type AheadEvent =
  | { readonly kind: 'progress'; readonly template: string; readonly line: string }
  | { readonly kind: 'ready'; readonly template: string }
  | { readonly kind: 'failed'; readonly template: string; readonly error: HoldfastError };

/**
 * Makes templates before anybody asks for them, one after the other: it is work for a machine that has sandboxes to
 * run meanwhile. One that fails is told, and the others go on. Resolves when all are done or the signal is aborted.
 */
export async function pullAhead(
  images: Images,
  names: readonly string[],
  uses: readonly ImageUse[],
  signal: AbortSignal,
  tell: (event: AheadEvent) => void,
): Promise<void> {
  for (const template of names) {
    if (signal.aborted) return;
    try {
      for (const use of uses) {
        const progress = (line: string): void => tell({ kind: 'progress', template, line });
        const lease = await images.acquire(template, use, { signal, progress });
        await lease.release();
      }
      tell({ kind: 'ready', template });
    } catch (error) {
      if (signal.aborted) return;
      tell({ kind: 'failed', template, error: HoldfastError.from(error) });
    }
  }
}
