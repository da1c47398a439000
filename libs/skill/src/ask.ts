import type { JsonObject, JsonValue } from './wire/values.ts';

/** Asks the service for something that only it may do: `provider` is the name of a built-in token. */
export type Ask = (provider: string, method: string, args: JsonObject) => Promise<JsonValue>;

/** What the service refused, or could not do. `code` is one of the platform's documented error codes. */
export class SkillError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'SkillError';
    this.code = code;
  }
}
