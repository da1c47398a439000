import type { Ask } from '../ask.ts';
import type { JsonObject } from '../wire/values.ts';

/** Writes to the service's log, under the skill's name. It never fails and never waits. */
export interface SkillLogger {
  info(message: string, fields?: JsonObject): void;
  warn(message: string, fields?: JsonObject): void;
  error(message: string, fields?: JsonObject): void;
}

/** A logger over the service's. */
export function loggerClient(ask: Ask): SkillLogger {
  const at =
    (level: string) =>
    (message: string, fields: JsonObject = {}): void => {
      ask('logger', 'write', { level, message, fields }).catch((error: unknown) => {
        process.stderr.write(`A line of the log was not taken: ${String(error)}\n`);
      });
    };
  return { info: at('info'), warn: at('warn'), error: at('error') };
}
