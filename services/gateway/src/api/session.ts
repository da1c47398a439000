import { HoldfastError } from '@holdfast/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { audited } from '../audit/hook.ts';
import { PASSWORD_LENGTH } from '../auth/password.ts';
import { identityOf } from '../http/access.ts';
import type { App } from '../http/app.ts';
import type { ApiContext } from './context.ts';

export const EmailSchema = z.email().max(320);
export const PasswordSchema = z.string().min(PASSWORD_LENGTH.min).max(PASSWORD_LENGTH.max);

/** Log in, log out, change the password: for the console and for the pages without JavaScript. */
export function sessionRoutes(app: App, context: ApiContext): void {
  app.post(
    '/auth/login',
    {
      config: { access: 'login', audit: 'session.login' },
      schema: {
        tags: ['session'],
        summary: 'Log in with a cookie',
        security: [],
        body: z.strictObject({ email: EmailSchema, password: z.string().min(1).max(PASSWORD_LENGTH.max) }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await logIn(context, request, reply, request.body.email, request.body.password);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/auth/logout',
    {
      config: { access: 'authenticated', audit: 'session.logout' },
      schema: { tags: ['session'], summary: 'Log out', response: { 204: z.null() } },
    },
    async (request, reply) => {
      setCookies(reply, await context.sessions.logOut(request.headers));
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/auth/password',
    {
      config: { access: 'authenticated', audit: 'session.password' },
      schema: {
        tags: ['session'],
        summary: 'Change your password',
        description: 'All your other log-ins end.',
        body: z.strictObject({ current: z.string().min(1).max(PASSWORD_LENGTH.max), wanted: PasswordSchema }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { kind, subject } = identityOf(request);
      if (kind !== 'session') {
        throw new HoldfastError('FAILED_PRECONDITION', 'An API key has no password. Log in to change yours.');
      }
      await context.limiters.loginUser(subject)(request);
      const { current, wanted } = request.body;
      setCookies(reply, await context.sessions.changePassword(current, wanted, request.headers));
      return reply.code(204).send(null);
    },
  );
}

/**
 * Checks address and password, and puts the session into the reply's cookies.
 *
 * @throws HoldfastError UNAUTHENTICATED, PERMISSION_DENIED for a disabled user, RATE_LIMITED.
 */
export async function logIn(
  { deps, limiters, sessions, users }: ApiContext,
  request: FastifyRequest,
  reply: FastifyReply,
  email: string,
  password: string,
): Promise<void> {
  await limiters.loginUser(email)(request);
  const { cookies, userId } = await sessions.logIn(email, password, request.headers).catch((error: unknown) => {
    if (HoldfastError.has(error, 'UNAUTHENTICATED')) deps.logger.warn({ ip: request.ip }, 'A log-in was refused.');
    throw error;
  });
  const user = await users.get(userId);
  if (!user || user.disabledAt !== null) {
    await sessions.endAll(userId);
    throw new HoldfastError('PERMISSION_DENIED', 'This user is disabled. An admin can enable it again.');
  }
  audited(request, { subject: userId, userId, tenant: user.tenant });
  setCookies(reply, cookies);
}

/** Hands cookies on to the browser. */
export function setCookies(reply: FastifyReply, cookies: readonly string[]): void {
  for (const cookie of cookies) void reply.header('set-cookie', cookie);
}
