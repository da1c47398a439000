import type { Token } from '../token.ts';

/** A thing, and how it is ended. */
export interface Made {
  readonly value: unknown;
  readonly dispose: (() => unknown) | undefined;
}

/** Things that live equally long. */
export class ScopeOf {
  readonly #things = new Map<Token<unknown>, Promise<unknown>>();
  readonly #ends: { readonly name: string; readonly dispose: () => unknown }[] = [];
  #over = false;

  /** The thing of that token, made once. What could not be made is tried again the next time. */
  once(token: Token<unknown>, make: () => Promise<Made>): Promise<unknown> {
    const there = this.#things.get(token);
    if (there) return there;
    const made = this.#make(token, make);
    this.#things.set(token, made);
    made.catch(() => this.#things.delete(token));
    return made;
  }

  /** Ends them, the last made first. One that fails does not keep the others. */
  async dispose(): Promise<readonly string[]> {
    this.#over = true;
    await Promise.allSettled(this.#things.values());
    const problems: string[] = [];
    for (let last = this.#ends.pop(); last; last = this.#ends.pop()) {
      try {
        await last.dispose();
      } catch (error) {
        problems.push(`${last.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    this.#things.clear();
    return problems;
  }

  async #make(token: Token<unknown>, make: () => Promise<Made>): Promise<unknown> {
    if (this.#over) throw new TypeError(`${token.name} was asked for after its run had ended.`);
    const { value, dispose } = await make();
    if (dispose) this.#ends.push({ name: token.name, dispose });
    return value;
  }
}
