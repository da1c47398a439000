import { createIncremental, type MarkdownStep } from '@holdfast/markdown';

import type { RenderedDocument } from '../../../apps/console/src/markdown/worker-client.ts';

/** As often as the worker works, and in slices as large. */
const EVERY_MS = 33;
const SLICE_CHARS = 2048;

/** Takes the place of the console's worker client: renders the same, as often, but on the main thread. */
export function openDocument(
  { lang }: { lang: 'en' | 'zh' },
  onStep: (step: MarkdownStep & { readonly id: number; readonly final?: string }) => void,
): RenderedDocument {
  const markdown = createIncremental({ lang });
  let text = '';
  let ended = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const work = () => {
    const slice = text.slice(0, SLICE_CHARS);
    text = text.slice(SLICE_CHARS);
    timer = text === '' ? undefined : setTimeout(work);
    if (slice !== '') onStep({ ...markdown.push(slice), id: 0 });
    if (ended && text === '') onStep({ ...markdown.end(), id: 0 });
  };
  return {
    push(piece) {
      text += piece;
      timer ??= setTimeout(work, EVERY_MS);
    },
    end() {
      ended = true;
      timer ??= setTimeout(work, EVERY_MS);
    },
    drop: () => clearTimeout(timer),
  };
}
