/// <reference lib="webworker" />
import { citations, createIncremental, type IncrementalMarkdown } from '@holdfast/markdown';

import type { FromWorker, ToWorker } from './protocol.ts';

declare const self: DedicatedWorkerGlobalScope;

/** As often as an eye sees it: more would only be work. */
const EVERY_MS = 33;

interface Document {
  readonly markdown: IncrementalMarkdown;
  text: string;
  ended: boolean;
}

// Documents that are open, and those among them that have something new.
const documents = new Map<number, Document>();
const due = new Set<number>();
let timer: ReturnType<typeof setTimeout> | undefined;

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  switch (data.type) {
    case 'open': {
      const { actions, lang } = data;
      const cited = actions.length > 0 ? citations(actions) : {};
      documents.set(data.id, { markdown: createIncremental({ ...cited, lang }), text: '', ended: false });
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
      timer ??= setTimeout(work, EVERY_MS);
    }
  }
});

function work(): void {
  timer = undefined;
  for (const id of due) {
    const document = documents.get(id);
    if (!document) continue;
    const { markdown, text } = document;
    document.text = '';
    if (text !== '') post(id, markdown.push(text));
    if (!document.ended) continue;
    post(id, markdown.end());
    documents.delete(id);
  }
  due.clear();
}

function post(id: number, step: Omit<FromWorker, 'id'>): void {
  self.postMessage({ ...step, id } satisfies FromWorker);
}
