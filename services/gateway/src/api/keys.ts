import { z } from 'zod';

import type { KeyInfo } from '../auth/keys.ts';
import { e2bKeyOf } from '../auth/e2b-key.ts';
import { ROLES, SCOPES } from '../auth/roles.ts';
import { audited } from '../audit/hook.ts';
import { identityOf } from '../http/access.ts';
import type { App } from '../http/app.ts';
import type { ApiContext } from './context.ts';

const KeySchema = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  scopes: z.array(z.enum(SCOPES)),
  created_by: z.string(),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime().nullable(),
  last_used_at: z.iso.datetime().nullable().describe('To the minute.'),
});

const NewKeySchema = z.strictObject({
  name: z.string().trim().min(1).max(100),
  role: z.enum(ROLES).default('operator').describe('At most your own.'),
  scopes: z.array(z.enum(SCOPES)).min(1).optional().describe('Left out: all that the role gives.'),
  expires_at: z.iso.datetime({ offset: true }).optional(),
});

/** API keys of the tenant. */
export function keyRoutes(app: App, { deps, keys }: ApiContext): void {
  app.get(
    '/keys',
    {
      config: { access: 'keys:admin' },
      schema: {
        tags: ['keys'],
        summary: 'List API keys',
        response: { 200: z.object({ keys: z.array(KeySchema) }) },
      },
    },
    async (request) => ({ keys: (await keys.list(identityOf(request).tenant)).map(shown) }),
  );

  app.post(
    '/keys',
    {
      config: { access: 'keys:admin', audit: 'key.create', auditFields: ['name', 'role', 'scopes', 'expires_at'] },
      schema: {
        tags: ['keys'],
        summary: 'Make an API key',
        description: 'The key is shown this once; only its hash is stored.',
        body: NewKeySchema,
        response: {
          201: KeySchema.extend({
            key: z.string().describe('Send it as Authorization: Bearer.'),
            e2b_key: z.string().describe('The same key in the form that the SDKs of E2B accept, for sandboxes.'),
          }),
        },
      },
    },
    async (request, reply) => {
      const { expires_at: expires, ...wanted } = request.body;
      const by = identityOf(request);
      const expiresAt = expires === undefined ? undefined : Date.parse(expires);
      const { info, key } = await keys.create(by, { ...wanted, expiresAt });
      audited(request, { target: info.id });
      deps.logger.info({ key_id: info.id, role: info.role, by: by.subject, tenant: by.tenant }, 'An API key was made.');
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ ...shown(info), key, e2b_key: e2bKeyOf(key) });
    },
  );

  app.delete(
    '/keys/:id',
    {
      config: { access: 'keys:admin', audit: 'key.revoke' },
      schema: {
        tags: ['keys'],
        summary: 'Revoke an API key',
        params: z.object({ id: z.string().max(100) }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const by = identityOf(request);
      await keys.revoke(by, request.params.id);
      deps.logger.info({ key_id: request.params.id, by: by.subject, tenant: by.tenant }, 'An API key was revoked.');
      return reply.code(204).send(null);
    },
  );
}

function shown(info: KeyInfo): z.output<typeof KeySchema> {
  const time = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  return {
    id: info.id,
    name: info.name,
    role: info.role,
    scopes: [...info.scopes],
    created_by: info.createdBy,
    created_at: new Date(info.createdAt).toISOString(),
    expires_at: time(info.expiresAt),
    last_used_at: time(info.lastUsedAt),
  };
}
