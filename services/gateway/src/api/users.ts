import { HoldfastError } from '@holdfast/protocol';
import { z } from 'zod';

import { audited } from '../audit/hook.ts';
import type { Identity } from '../auth/identity.ts';
import { ROLES, SCOPES } from '../auth/roles.ts';
import type { UserInfo } from '../auth/users.ts';
import { identityOf } from '../http/access.ts';
import type { App } from '../http/app.ts';
import type { ApiContext } from './context.ts';

const UserSchema = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: z.enum(ROLES),
  created_at: z.iso.datetime(),
  disabled_at: z.iso.datetime().nullable(),
});

const MeSchema = z.object({
  kind: z.enum(['session', 'key', 'local']).describe('A cookie, an API key, or the key file of the machine.'),
  subject: z.string(),
  tenant: z.string(),
  role: z.enum(ROLES),
  scopes: z.array(z.enum(SCOPES)),
  user: UserSchema.nullable(),
});

const InviteSchema = z.strictObject({
  role: z.enum(ROLES).default('viewer').describe('At most your own.'),
  email: z.email().max(320).optional().describe('Only this address can then use the link.'),
});

const ChangeSchema = z
  .strictObject({ role: z.enum(ROLES).optional(), disabled: z.boolean().optional() })
  .refine((change) => Object.keys(change).length > 0, 'names nothing to change');

/** The users of the tenant, and who oneself is. */
export function userRoutes(app: App, { deps, links, publicUrl, users }: ApiContext): void {
  const meOf = async (by: Identity): Promise<z.output<typeof MeSchema>> => {
    const { kind, role, scopes, subject, tenant, userId } = by;
    const user = userId === null ? undefined : await users.get(userId);
    return { kind, subject, tenant, role, scopes: [...scopes], user: user ? shown(user) : null };
  };

  app.get(
    '/me',
    {
      config: { access: 'authenticated' },
      schema: { tags: ['users'], summary: 'Who am I?', response: { 200: MeSchema } },
    },
    async (request) => meOf(identityOf(request)),
  );

  app.patch(
    '/me',
    {
      config: { access: 'authenticated', audit: 'user.rename', auditFields: ['name'] },
      schema: {
        tags: ['users'],
        summary: 'Change your name',
        description:
          'The name that others see. Only for whoever has logged in: a key has no name of its own to change.',
        body: z.strictObject({ name: z.string().trim().min(1).max(100) }),
        response: { 200: MeSchema },
      },
    },
    async (request) => {
      const by = identityOf(request);
      if (by.kind !== 'session' || by.userId === null) {
        throw new HoldfastError('FAILED_PRECONDITION', 'A key has no name to change. Log in to change yours.');
      }
      await users.rename(by.userId, request.body.name);
      audited(request, { target: by.userId });
      return meOf(by);
    },
  );

  app.get(
    '/users',
    {
      config: { access: 'users:admin' },
      schema: {
        tags: ['users'],
        summary: 'List users',
        response: { 200: z.object({ users: z.array(UserSchema) }) },
      },
    },
    async (request) => ({ users: (await users.list(identityOf(request).tenant)).map(shown) }),
  );

  app.post(
    '/users/invitations',
    {
      config: { access: 'users:admin', audit: 'user.invite', auditFields: ['role'] },
      schema: {
        tags: ['users'],
        summary: 'Invite somebody by a one-time link',
        description: 'The link works once, for 24 hours. It is shown this once: hand it over yourself.',
        body: InviteSchema,
        response: { 201: z.object({ url: z.string(), expires_at: z.iso.datetime() }) },
      },
    },
    async (request, reply) => {
      const by = identityOf(request);
      const { email, role } = request.body;
      const { expiresAt, token } = await links.invite(by, role, email ?? null);
      deps.logger.info({ role, by: by.subject, tenant: by.tenant }, 'Somebody was invited.');
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ url: `${publicUrl()}/setup?token=${token}`, expires_at: new Date(expiresAt).toISOString() });
    },
  );

  app.patch(
    '/users/:id',
    {
      config: { access: 'users:admin', audit: 'user.change', auditFields: ['role', 'disabled'] },
      schema: {
        tags: ['users'],
        summary: "Change a user's role, disable or enable a user",
        description: 'Who is disabled is logged out at once; the API keys of that user stop working.',
        params: z.object({ id: z.string().max(100) }),
        body: ChangeSchema,
        response: { 200: UserSchema },
      },
    },
    async (request) => {
      const by = identityOf(request);
      const { disabled, role } = request.body;
      const change = { ...(role === undefined ? {} : { role }), ...(disabled === undefined ? {} : { disabled }) };
      const user = await users.change(by, request.params.id, change);
      deps.logger.info({ user: user.id, ...change, by: by.subject, tenant: by.tenant }, 'A user was changed.');
      return shown(user);
    },
  );
}

function shown(user: UserInfo): z.output<typeof UserSchema> {
  return {
    id: user.id,
    name: user.name,
    email: user.email,
    role: user.role,
    created_at: new Date(user.createdAt).toISOString(),
    disabled_at: user.disabledAt === null ? null : new Date(user.disabledAt).toISOString(),
  };
}
