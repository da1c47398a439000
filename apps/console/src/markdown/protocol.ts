import type { MarkdownStep } from '@holdfast/markdown';

/** An action that a report may cite. */
export interface CitedAction {
  readonly id: string;
  readonly name: string;
  readonly arguments: unknown;
  readonly result: unknown;
}

/** What the page tells the worker. `id` names one document. */
export type ToWorker =
  | { readonly type: 'open'; readonly id: number; readonly lang: 'en' | 'zh'; readonly actions: readonly CitedAction[] }
  | { readonly type: 'push'; readonly id: number; readonly text: string }
  | { readonly type: 'end'; readonly id: number }
  | { readonly type: 'drop'; readonly id: number };

/** What the worker tells the page: what to do with the document's HTML (see `MarkdownStep`). */
export interface FromWorker extends MarkdownStep {
  readonly id: number;
  readonly final?: string;
}
