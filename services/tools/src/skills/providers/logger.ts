import type { Logger } from '@holdfast/telemetry';
import { z } from 'zod';

import type { SkillProvider } from './provider.ts';

const LineSchema = z.object({
  level: z.enum(['info', 'warn', 'error']),
  message: z.string().transform((text) => text.slice(0, 2000)),
  fields: z.record(z.string(), z.json()).refine((fields) => JSON.stringify(fields).length <= 8192, 'too large'),
});

/** The service's log. What a skill says stands below `skill_fields`, so that it cannot pass for something else. */
export function loggerProvider(logger: Logger): SkillProvider {
  return {
    async ask(_method, args, { skill, call }) {
      const { level, message, fields } = LineSchema.parse(args);
      logger[level]({ skill, run_id: call?.context.runId, skill_fields: fields }, message);
      return null;
    },
  };
}
