/**
 * Hands values from one writer to one reader, one at a time: `put` resolves when the reader has come back for the next,
 * so that a slow reader holds the writer back.
 */
export class Handoff<T> {
  #value: { readonly value: T; readonly taken: () => void } | undefined;
  #taken: Promise<void> = Promise.resolve();
  #wake: () => void = () => undefined;
  #closed = false;

  /** Resolves when it was read, or when nobody reads any more. Puts of the same moment wait for each other. */
  async put(value: T): Promise<void> {
    while (this.#value && !this.#closed) await this.#taken;
    if (this.#closed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#value = { value, taken: resolve };
    this.#taken = promise;
    this.#wake();
    await promise;
  }

  /** No more will be put, or read. */
  close(): void {
    this.#closed = true;
    this.#value?.taken();
    this.#wake();
  }

  /** Until it is closed. A value that was put before is still given. */
  async *read(): AsyncGenerator<T> {
    for (;;) {
      const current = this.#value;
      if (current) {
        yield current.value;
        this.#value = undefined;
        current.taken();
      } else if (this.#closed) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
