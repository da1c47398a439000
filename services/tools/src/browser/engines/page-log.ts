import type { ConsoleEntry, DialogEntry, NetworkEntry } from '../page.ts';

const MOST_ENTRIES = 500;
const MOST_CHARS = 2000;

/** What happened on the pages of a run: bounded, the oldest goes first. It outlives a change of the engine. */
export class PageLog {
  readonly console: ConsoleEntry[] = [];
  readonly network: NetworkEntry[] = [];
  readonly dialogs: DialogEntry[] = [];
  readonly #requests = new WeakMap<object, NetworkEntry>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  said(level: string, text: string, where: string): void {
    push(this.console, { at: this.#now(), level, text: clip(text), where: clip(where) });
  }

  /** @param request the engine's own object, by which its end is told */
  requested(request: object, entry: Pick<NetworkEntry, 'method' | 'url' | 'type'>): void {
    const made = { at: this.#now(), ...entry, url: clip(entry.url), status: 0, failure: '' };
    this.#requests.set(request, made);
    push(this.network, made);
  }

  ended(request: object, end: { readonly status: number } | { readonly failure: string }): void {
    const entry = this.#requests.get(request);
    if (entry) Object.assign(entry, end);
  }

  dialog(entry: Omit<DialogEntry, 'at'>): void {
    push(this.dialogs, { ...entry, at: this.#now(), message: clip(entry.message) });
  }
}

function push<T>(list: T[], entry: T): void {
  list.push(entry);
  if (list.length > MOST_ENTRIES) list.shift();
}

function clip(text: string): string {
  return text.length > MOST_CHARS ? `${text.slice(0, MOST_CHARS)}…` : text;
}
