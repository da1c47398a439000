import type { Provider, Scope } from '../provide.ts';
import type { Token } from '../token.ts';
import { checkProviders } from './check.ts';
import { type Made, ScopeOf } from './scope.ts';

/** What there is, by token: what the platform gives, and what the skill provides. Each is made when first needed. */
export class Container {
  readonly #builtins: ReadonlyMap<Token<unknown>, () => unknown>;
  readonly #providers: ReadonlyMap<Token<unknown>, Provider>;
  readonly #process = new ScopeOf();
  readonly #runs = new Map<string, ScopeOf>();

  /** @throws TypeError naming what is missing, provided twice, in a circle, or kept longer than what it needs. */
  constructor(
    builtins: ReadonlyMap<Token<unknown>, () => unknown>,
    providers: readonly Provider[],
    wanted: readonly Token<unknown>[],
  ) {
    this.#builtins = builtins;
    this.#providers = checkProviders(builtins, providers, wanted);
  }

  /** The things that a tool or a provider wants, by its own names. Those of a run live as long as it does. */
  async give(needs: Readonly<Record<string, Token<unknown>>>, run: string): Promise<Record<string, unknown>> {
    const given: Record<string, unknown> = {};
    for (const [name, token] of Object.entries(needs)) given[name] = await this.#get(token, run);
    return given;
  }

  /** Disposes of what the run had, the last made first. Resolves to what went wrong meanwhile. */
  async releaseRun(run: string): Promise<readonly string[]> {
    const scope = this.#runs.get(run);
    this.#runs.delete(run);
    return (await scope?.dispose()) ?? [];
  }

  /** Disposes of everything: first what runs have, then what is shared. */
  async dispose(): Promise<readonly string[]> {
    const problems: string[] = [];
    for (const run of [...this.#runs.keys()].toReversed()) problems.push(...(await this.releaseRun(run)));
    return [...problems, ...(await this.#process.dispose())];
  }

  async #get(token: Token<unknown>, run: string): Promise<unknown> {
    const provider = this.#providers.get(token);
    const scope = this.#scope(provider?.scope ?? 'process', run);
    return scope.once(token, async (): Promise<Made> => {
      if (!provider) return { value: this.#builtins.get(token)?.(), dispose: undefined };
      const value = await provider.create(await this.give(provider.needs, run));
      return { value, dispose: () => provider.dispose(value) };
    });
  }

  #scope(scope: Scope, run: string): ScopeOf {
    if (scope === 'process') return this.#process;
    const held = this.#runs.get(run) ?? new ScopeOf();
    this.#runs.set(run, held);
    return held;
  }
}
