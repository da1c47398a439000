import { listOf, ownList } from './metadata.ts';
import type { Token } from './token.ts';

const INJECTS = Symbol('injects');

/** What {@link inject} makes: a decorator for a field or an `accessor`. */
export interface InjectDecorator<T> {
  (value: undefined, context: ClassFieldDecoratorContext<unknown, T>): () => T;
  (
    value: ClassAccessorDecoratorTarget<unknown, T>,
    context: ClassAccessorDecoratorContext<unknown, T>,
  ): ClassAccessorDecoratorResult<unknown, T>;
}

/** What is being handed to the object that is constructed at this moment. Construction never waits. */
let handing: ReadonlyMap<Token<unknown>, unknown> | undefined;

/**
 * Fills a field, or an `accessor`, of a tool class or a provider class with what the token stands for:
 * `@inject(logger) accessor log!: SkillLogger`.
 *
 * @throws TypeError for a static member.
 */
export function inject<T>(token: Token<T>): InjectDecorator<T> {
  const decorate = (
    _value: unknown,
    context: ClassFieldDecoratorContext<unknown, T> | ClassAccessorDecoratorContext<unknown, T>,
  ): unknown => {
    if (context.static) throw new TypeError(`@inject(${token.name}): a static member cannot be filled.`);
    ownList<Token<unknown>>(context.metadata, INJECTS).push(token as Token<unknown>);
    const value = (): T => {
      if (handing?.has(token as Token<unknown>)) return handing.get(token as Token<unknown>) as T;
      throw new TypeError(`A class that injects ${token.name} is made by the platform, not by "new".`);
    };
    return context.kind === 'field' ? value : { init: value };
  };
  return decorate as InjectDecorator<T>;
}

/** The tokens that a class wants in its members. */
export function injectedBy(value: unknown): readonly Token<unknown>[] {
  return listOf(value, INJECTS) as readonly Token<unknown>[];
}

/** Makes an object whose members are filled from `values`. */
export function construct<T>(type: new () => T, values: ReadonlyMap<Token<unknown>, unknown>): T {
  const before = handing;
  handing = values;
  try {
    return new type();
  } finally {
    handing = before;
  }
}
