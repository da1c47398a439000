import { trusted } from '../app/trusted.ts';
import workerUrl from './markdown.worker.ts?worker&url';
import type { CitedAction, FromWorker, ToWorker } from './protocol.ts';

/** One document that the worker renders. */
export interface RenderedDocument {
  push(text: string): void;
  end(): void;
  /** Forgets it. What the worker still sends of it is not told. */
  drop(): void;
}

let worker: Worker | undefined;
let broken = false;
let next = 0;
const listeners = new Map<number, { onStep: (step: FromWorker) => void; onBroken: () => void }>();

/**
 * Opens a document in the one Markdown worker of this page, which is started when it is first needed.
 *
 * @param onStep gets what to do with the document's HTML
 * @param onBroken is called when there is no worker: the text must then be shown as it is
 */
export function openDocument(
  about: { lang: 'en' | 'zh'; actions: readonly CitedAction[] },
  onStep: (step: FromWorker) => void,
  onBroken: () => void,
): RenderedDocument {
  next += 1;
  const id = next;
  listeners.set(id, { onStep, onBroken });
  const send = (message: ToWorker) => {
    if (!broken) workerOf().postMessage(message);
  };
  if (broken) queueMicrotask(onBroken);
  send({ type: 'open', id, ...about });
  return {
    push: (text) => send({ type: 'push', id, text }),
    end: () => send({ type: 'end', id }),
    drop() {
      listeners.delete(id);
      send({ type: 'drop', id });
    },
  };
}

/** Starts the worker before there is anything to render: a page that will need it does not wait for it then. */
export function startWorker(): void {
  if (!broken) workerOf();
}

function workerOf(): Worker {
  if (worker) return worker;
  const started = new Worker(trusted.createScriptURL(workerUrl), { type: 'module', name: 'markdown' });
  started.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => listeners.get(data.id)?.onStep(data));
  started.addEventListener('error', (event) => {
    console.error('The Markdown worker failed; text is shown as it is.', event.message);
    broken = true;
    for (const { onBroken } of listeners.values()) onBroken();
  });
  worker = started;
  return started;
}
