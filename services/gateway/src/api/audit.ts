import { z } from 'zod';

import type { AuditEntry } from '../audit/log.ts';
import { identityOf } from '../http/access.ts';
import type { App } from '../http/app.ts';
import type { ApiContext } from './context.ts';

const EntrySchema = z
  .object({
    id: z.string(),
    at: z.iso.datetime(),
    subject: z.string().describe('A user id, key:<id>, local, or anonymous.'),
    user_name: z.string().nullable().describe('The name of the user behind the subject; null where none is known.'),
    action: z.string().describe('Such as run.create, key.revoke, session.login.'),
    target: z.string().describe('The id of the run, key, user, upload or model; the address of a log-in. Empty: none.'),
    status: z
      .number()
      .int()
      .nullable()
      .describe('HTTP status of the answer. null: begun, and either under way or cut off by a crash.'),
    ip: z.string(),
    detail: z.record(z.string(), z.unknown()).describe('What of the request is kept, without secrets.'),
  })
  .meta({ id: 'AuditEntry' });

const time = z.iso.datetime({ offset: true }).optional();

/** The record of who did what in the tenant. */
export function auditRoutes(app: App, { audit }: ApiContext): void {
  app.get(
    '/audit',
    {
      config: { access: 'admin:read' },
      schema: {
        tags: ['admin'],
        summary: 'Read who did what, newest first',
        querystring: z.strictObject({
          limit: z.coerce.number().int().min(1).max(200).default(50),
          page: z.string().max(200).default('').describe('`next_page` of the page before.'),
          subject: z.string().max(200).default(''),
          action: z.string().max(100).default('').describe('One action, or all that begin alike: `run.`'),
          since: time.describe('Entries from this time on.'),
          until: time.describe('Entries before this time.'),
        }),
        response: { 200: z.object({ entries: z.array(EntrySchema), next_page: z.string().nullable() }) },
      },
    },
    async (request) => {
      const { since, until, ...rest } = request.query;
      const { entries, nextPage } = await audit.list(identityOf(request).tenant, {
        ...rest,
        since: since === undefined ? undefined : Date.parse(since),
        until: until === undefined ? undefined : Date.parse(until),
      });
      return { entries: entries.map(shown), next_page: nextPage === '' ? null : nextPage };
    },
  );
}

function shown({ at, detail, userName, ...entry }: AuditEntry): z.output<typeof EntrySchema> {
  return {
    ...entry,
    at: new Date(at).toISOString(),
    user_name: userName,
    detail: JSON.parse(detail) as Record<string, unknown>,
  };
}
