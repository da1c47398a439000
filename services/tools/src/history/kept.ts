import type { Known } from './state.ts';

/** Which contents a run keeps, and how much that is: a run keeps a bounded amount. */
export class Kept {
  readonly #limit: number;
  readonly #contents = new Set<string>();
  #bytes = 0;

  /** @param limit bytes in all */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Counts what an earlier entry of the log kept. */
  count(version: Known | null): void {
    if (version?.kept) this.#add(version.sha256, version.size);
  }

  /** Makes room for a content: `there` where it is counted already, `full` where there is no room for it. */
  take(sha256: string, bytes: number): 'there' | 'new' | 'full' {
    if (this.#contents.has(sha256)) return 'there';
    if (this.#bytes + bytes > this.#limit) return 'full';
    this.#add(sha256, bytes);
    return 'new';
  }

  #add(sha256: string, bytes: number): void {
    if (this.#contents.has(sha256)) return;
    this.#contents.add(sha256);
    this.#bytes += bytes;
  }
}
