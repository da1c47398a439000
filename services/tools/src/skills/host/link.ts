/** A way to a host, wherever it runs: a process in a box, or a thread of the service. */
export interface HostLink {
  write(bytes: Uint8Array): Promise<void>;
  readonly output: AsyncIterable<{ readonly stream: 'stdout' | 'stderr'; readonly bytes: Uint8Array }>;
  /** How it ended, as a part of a sentence. */
  readonly ended: Promise<string>;
  /** Kills it; idempotent. */
  close(): Promise<void>;
}
