import type { Token } from './token.ts';

/** How long a provided thing lives: as long as the version of the skill in its process, or as long as one run. */
export type Scope = 'process' | 'run';

/** What makes a thing, once for each scope. */
export interface Provider {
  readonly token: Token<unknown>;
  readonly scope: Scope;
  readonly needs: Readonly<Record<string, Token<unknown>>>;
  create(given: Readonly<Record<string, unknown>>): unknown;
  dispose(value: unknown): unknown;
}

const PROVIDER = Symbol.for('holdfast.skill.provider');

/**
 * Says how a custom token is filled. Export what it returns from a module of `tools/`. A thing without `dispose` that
 * has `Symbol.asyncDispose` or `Symbol.dispose` is disposed of by that.
 */
export function provide<T, W extends Record<string, unknown> = Record<string, never>>(
  token: Token<T>,
  how: {
    readonly scope: Scope;
    readonly inject?: { readonly [K in keyof W]: Token<W[K]> };
    create(given: W): T | Promise<T>;
    dispose?(value: T): void | Promise<void>;
  },
): Provider {
  const provider: Provider = {
    token: token as Token<unknown>,
    scope: how.scope,
    needs: (how.inject ?? {}) as Readonly<Record<string, Token<unknown>>>,
    create: (given) => how.create(given as W),
    dispose: (value) => (how.dispose ? how.dispose(value as T) : disposeOf(value)),
  };
  return Object.defineProperty(provider, PROVIDER, { value: true });
}

/** Whether it was made by {@link provide}. */
export function isProvider(value: unknown): value is Provider {
  return typeof value === 'object' && value !== null && PROVIDER in value;
}

/** Ends what has a standard way of being ended. */
export async function disposeOf(value: unknown): Promise<void> {
  if (typeof value !== 'object' || value === null) return;
  const both = value as Partial<AsyncDisposable & Disposable>;
  if (typeof both[Symbol.asyncDispose] === 'function') await both[Symbol.asyncDispose]?.();
  else both[Symbol.dispose]?.();
}
