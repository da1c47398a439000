import type { IncomingMessage, Server, ServerResponse } from 'node:http';

import type { Logger } from '@holdfast/telemetry';
import type { FastifyInstance, FastifyPluginAsync, FastifyPluginOptions } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';

import type { Audited } from '../audit/hook.ts';
import type { Identity } from '../auth/identity.ts';
import type { Scope } from '../auth/roles.ts';

/** The web server, typed by the schemas that validate. */
export type App = FastifyInstance<Server, IncomingMessage, ServerResponse, Logger, ZodTypeProvider>;

/** A group of routes. */
export type Plugin = FastifyPluginAsync<FastifyPluginOptions, Server, ZodTypeProvider, Logger>;

/**
 * Who may call a route: everybody, everybody who is known, a person or key with this scope. `login` is public, and
 * limited as attempts to log in are. A route that names none cannot be registered.
 */
export type Access = 'public' | 'login' | 'authenticated' | Scope;

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /** What the audit log calls a call of this route, such as `run.create`; a must for a route that may change something. */
    audit?: string;
    /** Whether a call is entered in the audit log, where not every one may change something. Left out: each is. */
    auditOnly?: (request: FastifyRequest) => boolean;
    /** Fields of the body that the audit log keeps. Left out: none. */
    auditFields?: readonly string[];
    /** Its body may take as long as the server bears at all: a large file over a slow line. */
    slowBody?: boolean;
  }
  interface FastifyRequest {
    /** Set before the handler of every route that is not public. */
    identity: Identity | null;
    /** The entry in the audit log, while a route that names one is carried out. */
    audited: Audited | null;
    /** W3C trace context of this request. */
    traceparent: string;
  }
}
