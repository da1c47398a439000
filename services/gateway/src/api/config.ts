import { HoldfastError } from '@holdfast/protocol';
import { z } from 'zod';

import type { App } from '../http/app.ts';
import type { ApiContext } from './context.ts';

const ConfigSchema = z
  .object({
    file: z.string().nullable().describe('The file that was read; null: none.'),
    values: z.array(
      z.object({
        key: z.string(),
        value: z.unknown().describe('Without secrets.'),
        origin: z.string().describe('A file and line, a variable, a flag, or default.'),
        description: z.string(),
        environment: z.string().describe('The variable that sets it.'),
      }),
    ),
  })
  .meta({ id: 'EffectiveConfig' });

/** The configuration that is in force. */
export function configRoutes(app: App, { deps }: ApiContext): void {
  app.get(
    '/config',
    {
      config: { access: 'admin:read' },
      schema: {
        tags: ['admin'],
        summary: 'Read the configuration that is in force',
        response: { 200: ConfigSchema },
      },
    },
    async () => {
      const config = deps.effectiveConfig?.();
      if (!config) throw new HoldfastError('UNAVAILABLE', 'The configuration cannot be seen from this server.');
      return { file: config.file, values: config.values.map((value) => ({ ...value })) };
    },
  );
}
