import { HoldfastError } from '@holdfast/protocol';
import { newTraceparent, parseTraceparent } from '@holdfast/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { Identity } from '../auth/identity.ts';
import type { Keys } from '../auth/keys.ts';
import type { LocalKey } from '../auth/local-key.ts';
import { isScope, scopesOf } from '../auth/roles.ts';
import { Sessions } from '../auth/sessions.ts';
import type { Users } from '../auth/users.ts';
import type { GatewayConfig } from '../config.ts';
import type { App } from './app.ts';
import type { Limiters } from './limits.ts';
import { checkOrigin, hostCheck } from './origin.ts';

/** What the guard of the gateway needs. */
export interface AccessDeps {
  readonly config: GatewayConfig;
  readonly keys: Keys;
  readonly localKey: LocalKey;
  readonly sessions: Sessions;
  readonly users: Users;
  readonly limiters: Limiters;
  readonly random: (bytes: number) => Uint8Array;
}

const PROBES = new Set(['/healthz', '/readyz']);

/**
 * Deny by default: a route that does not say who may call it cannot be registered, and before every handler the caller
 * is known, within the limits, from this site, and allowed. Also gives every request its trace.
 */
export function guard(app: App, deps: AccessDeps): void {
  const { config, limiters } = deps;
  const hostAllowed = hostCheck(config);
  app.decorateRequest('identity', null);
  app.decorateRequest('traceparent', '');

  app.addHook('onRoute', (route) => {
    if (route.config?.access === undefined) {
      throw new HoldfastError('INTERNAL', `The route ${route.url} does not say who may call it.`);
    }
  });

  app.addHook('onRequest', async (request, reply) => {
    const given = request.headers['traceparent'];
    const known = typeof given === 'string' && parseTraceparent(given) !== undefined;
    request.traceparent = known ? given : newTraceparent(deps.random);
    void reply.header('traceparent', request.traceparent).header('x-request-id', request.id);
  });

  app.addHook('onRequest', async (request, reply) => {
    const { access } = request.routeOptions.config;
    if (hostAllowed && !PROBES.has(request.routeOptions.url ?? '') && !hostAllowed(request.host)) {
      throw new HoldfastError(
        'PERMISSION_DENIED',
        'This server does not answer to the name in the Host header. Add it to gateway.allowed_hosts if it is yours.',
      );
    }
    if (access === 'public' || access === 'login') {
      if (access === 'login') checkOrigin(request, config.public_url, true);
      if (access === 'login' && request.method === 'POST') await limiters.loginAddress(request);
      return;
    }
    const identity = await identify(request, reply, deps);
    if (!identity) {
      await limiters.rejected(request);
      throw new HoldfastError(
        'UNAUTHENTICATED',
        'Log in, or send an API key: Authorization: Bearer hf_... On this machine the key of the file local.key in the data directory will do.',
      );
    }
    request.identity = identity;
    await limiters.caller(request);
    if (identity.kind === 'session') checkOrigin(request, config.public_url);
    if (isScope(access) && !identity.scopes.has(access)) {
      throw new HoldfastError(
        'PERMISSION_DENIED',
        `This needs the scope ${access}; you are ${identity.role} and hold ${[...identity.scopes].join(', ') || 'none'}.`,
      );
    }
  });
}

/** The caller of a route that is not public. */
export function identityOf(request: FastifyRequest): Identity {
  if (request.identity) return request.identity;
  throw new HoldfastError('UNAUTHENTICATED', 'Nobody is known to have sent this request.');
}

async function identify(request: FastifyRequest, reply: FastifyReply, deps: AccessDeps): Promise<Identity | undefined> {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const bearer = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    if (bearer === undefined) return undefined;
    return deps.localKey.identify(bearer) ?? (await deps.keys.identify(bearer));
  }
  if (!Sessions.isNamedIn(request.headers)) return undefined;
  const session = await deps.sessions.userOf(request.headers);
  const user = session && (await deps.users.get(session.userId));
  if (!session || !user || user.disabledAt !== null) return undefined;
  for (const cookie of session.cookies) void reply.header('set-cookie', cookie);
  const { id, role, tenant } = user;
  return { kind: 'session', subject: id, tenant, role, scopes: new Set(scopesOf(role)), userId: id };
}
