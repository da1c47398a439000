import { z } from 'zod';

import { collectRun } from '../export/collect.ts';
import { EXPORT_FORMATS } from '../export/format.ts';
import { EXPORT_WRITERS } from '../export/writers.ts';
import type { App } from '../http/app.ts';
import { type ApiContext, callerOf } from './context.ts';
import { RunIdParams } from './run-schema.ts';

const LanguageSchema = z.enum(['en', 'zh']).default('en');
const BytesSchema = z.unknown().meta({ type: 'string', format: 'binary' });

/** Runs as files that people keep and pass on. */
export function exportRoutes(app: App, context: ApiContext): void {
  const { deps } = context;

  app.get(
    '/runs/:id/export',
    {
      config: { access: 'runs:read' },
      schema: {
        tags: ['results'],
        summary: 'Export a run with its report, actions, questions and files',
        description:
          'A run that has not ended is exported as it stands. What looks like a secret is taken out. See docs/export.md.',
        params: RunIdParams,
        querystring: z.strictObject({
          format: z
            .enum(EXPORT_FORMATS)
            .describe('pdf needs Chromium on the server; zip holds all formats and the files.'),
          lang: LanguageSchema,
        }),
        response: {
          200: { description: 'The file.', content: { 'application/octet-stream': { schema: BytesSchema } } },
        },
      },
    },
    async (request, reply) => {
      const { format, lang } = request.query;
      const caller = callerOf(request);
      const collected = await collectRun(deps, caller, request.params.id);
      const { contentType, write } = EXPORT_WRITERS[format];
      const content = await write({ ...collected, lang, caller, deps });
      const name = collected.document.run.id.replaceAll(/[^\w-]/g, '_');
      return reply
        .type(contentType)
        .header('content-disposition', `attachment; filename="holdfast-${name}.${format}"`)
        .header('cache-control', 'no-store')
        .send(content);
    },
  );
}
