declare const TYPE: unique symbol;

/** Names a thing that a skill is given, together with its type. Two tokens are the same only if they are one object. */
export interface Token<T> {
  /** For messages, and for the built-in ones on the wire. */
  readonly name: string;
  readonly [TYPE]?: (value: T) => T;
}

/** A token of one's own, for {@link provide} and {@link inject}. `name` is shown in errors. */
export function token<T>(name: string): Token<T> {
  return Object.freeze({ name });
}
