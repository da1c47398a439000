/** One line of what happened to a sandbox. */
export interface SandboxLogEntry {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** The oldest entries go first. */
const KEPT = 1000;

/** What happened to one sandbox: its own changes, and the processes that were asked for. */
export class SandboxLog {
  readonly #now: () => number;
  readonly #entries: SandboxLogEntry[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Adds a line, with the time of now. */
  add(level: SandboxLogEntry['level'], message: string, fields: Readonly<Record<string, string>>): void {
    this.#entries.push({ at: this.#now(), level, message, fields });
    if (this.#entries.length > KEPT) this.#entries.shift();
  }

  /** Oldest first. */
  entries(): readonly SandboxLogEntry[] {
    return this.#entries;
  }
}
