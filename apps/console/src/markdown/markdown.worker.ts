/// <reference lib="webworker" />
import { citations, createIncremental, type IncrementalMarkdown } from '@holdfast/markdown';

import type { FromWorker, ToWorker } from './protocol.ts';

declare const self: DedicatedWorkerGlobalScope;

/** As often as an eye sees it: more would only be work. */
const EVERY_MS = 33;
/** So much is rendered in one go: what comes of it fits into one frame of the page, however much there is in all. */
const SLICE_CHARS = 2048;

interface Document {
  readonly markdown: IncrementalMarkdown;
  text: string;
  ended: boolean;
}

// Documents that are open, and those among them that have something new.
const documents = new Map<number, Document>();
const due = new Set<number>();
let timer: ReturnType<typeof setTimeout> | undefined;
let worked = 0;

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  switch (data.type) {
    case 'open': {
      const { actions, lang } = data;
      const cited = actions.length > 0 ? citations(actions) : {};
      documents.set(data.id, {
        markdown: createIncremental({ ...cited, lang, idPrefix: `h${data.id}-` }),
        text: '',
        ended: false,
      });
      return;
    }
    case 'drop':
      documents.delete(data.id);
      due.delete(data.id);
      return;
    case 'push':
    case 'end': {
      const document = documents.get(data.id);
      if (!document) return;
      if (data.type === 'push') document.text += data.text;
      else document.ended = true;
      due.add(data.id);
      timer ??= setTimeout(work, Math.max(0, worked + EVERY_MS - performance.now()));
    }
  }
});

function work(): void {
  for (const id of due) {
    const document = documents.get(id);
    if (!document || !goOn(id, document)) due.delete(id);
  }
  worked = performance.now();
  // Without a wait, but as a task of its own: a document that was dropped meanwhile costs nothing more.
  timer = due.size > 0 ? setTimeout(work) : undefined;
}

/** Renders the next slice of a document; false: nothing of it is left for now. */
function goOn(id: number, document: Document): boolean {
  const { markdown, text } = document;
  const slice = text.slice(0, SLICE_CHARS);
  document.text = text.slice(SLICE_CHARS);
  if (slice !== '') post(id, markdown.push(slice));
  if (document.text !== '') return true;
  if (!document.ended) return false;
  post(id, markdown.end());
  documents.delete(id);
  return false;
}

function post(id: number, step: Omit<FromWorker, 'id'>): void {
  self.postMessage({ ...step, id } satisfies FromWorker);
}

// The first document takes several times as long as the next ones. The worker starts before there is one.
createIncremental().push(
  `# A\n\n- **b** \`c\` [d](https://example.org)\n\n|a|\n|-|\n|b|\n\n\`\`\`ts\nconst a = 1;\n\`\`\`\n\ne\n\nf\n`,
);
