import { createServer as createHttpServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { Duplex } from 'node:stream';

import helmet from '@fastify/helmet';
import { HoldfastError } from '@holdfast/protocol';
import { parseTraceparent } from '@holdfast/telemetry';
import fastify, { LogController } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';

import { auditRoutes } from './api/audit.ts';
import { browserRoutes } from './api/browser.ts';
import { catalogRoutes } from './api/catalog.ts';
import { configRoutes } from './api/config.ts';
import { changeRoutes } from './api/changes.ts';
import type { ApiContext } from './api/context.ts';
import { eventRoutes } from './api/events.ts';
import { exportRoutes } from './api/export.ts';
import { fileContentRoutes } from './api/files-content.ts';
import { fileLockRoutes, fileRoutes } from './api/files.ts';
import { insightRoutes } from './api/insight.ts';
import { keyRoutes } from './api/keys.ts';
import { mcpServerRoutes } from './api/mcp.ts';
import { memoryAdminRoutes, memoryImportRoutes } from './api/memory-admin.ts';
import { documentContentRoutes, documentRoutes } from './api/memory-documents.ts';
import { graphRoutes, workingRoutes } from './api/memory-tiers.ts';
import { memoryRoutes } from './api/memory.ts';
import { modelRoutes } from './api/models.ts';
import { resultRoutes } from './api/results.ts';
import { runRoutes } from './api/runs.ts';
import { sessionRoutes } from './api/session.ts';
import { shareRoutes } from './api/shares.ts';
import { skillRoutes } from './api/skills.ts';
import { steeringRoutes } from './api/steering.ts';
import { OpenStreams } from './api/streams.ts';
import { toolRoutes } from './api/tools.ts';
import { uploadRoutes } from './api/uploads.ts';
import { userRoutes } from './api/users.ts';
import { auditChanges } from './audit/hook.ts';
import { AuditLog } from './audit/log.ts';
import { Keys } from './auth/keys.ts';
import { keyOfE2b } from './auth/e2b-key.ts';
import { Links } from './auth/links.ts';
import { LocalKey } from './auth/local-key.ts';
import { hashPassword } from './auth/password.ts';
import { GATEWAY_SCHEMA } from './auth/schema.ts';
import { Sessions } from './auth/sessions.ts';
import { Users } from './auth/users.ts';
import { consoleRoutes } from './console/routes.ts';
import type { Front, GatewayDeps } from './deps.ts';
import { guard } from './http/access.ts';
import type { App, Plugin } from './http/app.ts';
import { boundBodies } from './http/body-time.ts';
import { answerClientError, sendError, toHoldfastError } from './http/errors.ts';
import { healthRoutes } from './http/health.ts';
import { createLimiters } from './http/limits.ts';
import { describeApi } from './http/openapi.ts';
import { referenceRoutes } from './http/reference.ts';
import { Housekeeping } from './housekeeping.ts';
import { mcpRoutes } from './mcp/route.ts';
import { PAGE_POLICY } from './pages/html.ts';
import { pageRoutes } from './pages/routes.ts';
import { sharePage } from './pages/share.ts';
import { Shares } from './shares/shares.ts';
import { Uploads } from './uploads/store.ts';

/** How long a client may take to send its headers, its body, and a large file, milliseconds. Streams are not touched. */
const HEADERS_TIMEOUT_MS = 15_000;
const BODY_TIMEOUT_MS = 60_000;
const REQUEST_TIMEOUT_MS = 3_600_000;
const CHECK_EVERY_MS = 5000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The HTTP edge of the platform. */
export interface Gateway {
  /**
   * Opens the port, writes the local key, makes the set-up link.
   *
   * @returns where it listens, such as `http://127.0.0.1:7717`.
   * @throws HoldfastError UNAVAILABLE where the port is taken or may not be used.
   */
  listen(): Promise<string>;
  /** Ends the event streams (the runs go on), answers what is under way, then closes. Safe to call twice. */
  close(): Promise<void>;
  /** The one-time link for the first owner; undefined before `listen`, and where there is an owner. */
  setupUrl(): string | undefined;
  /**
   * Whose an API key is, for a front: the tenant, if the key may start work (`runs:write`). Undefined where it is
   * nobody's, or may not. The form of E2B's keys is taken too: see `e2bKeyOf`.
   */
  tenantOf(apiKey: string): Promise<string | undefined>;
}

/** Builds the gateway and brings its tables up to date. Nothing is reachable before `listen`. */
export async function createGateway(deps: GatewayDeps): Promise<Gateway> {
  const { app, context, localKey } = await createApp(deps);
  const { audit, uploads } = context;
  const { gateway: config, auth } = deps.config;
  const housekeeping = new Housekeeping(
    [
      {
        failure: 'Old entries of the audit log could not be deleted.',
        everyMs: DAY_MS,
        act: () => audit.prune(config.audit.keep_days),
      },
      {
        failure: 'Uploaded files that no run uses could not be removed.',
        everyMs: HOUR_MS,
        act: () => uploads.sweep(),
      },
    ],
    deps.logger,
  );
  let closing: Promise<void> | undefined;
  return {
    async listen() {
      // Both are there before the port is: who can reach the server can also log in.
      if (auth.local_key) await localKey.write();
      await context.links.forSetup();
      try {
        await app.listen({ host: config.host, port: config.port });
      } catch (cause) {
        await localKey.remove();
        throw listenError(cause, config);
      }
      housekeeping.start();
      return addressOf(app, config.host);
    },
    close() {
      closing ??= (async () => {
        context.streams.close();
        await app.close();
        await housekeeping.stop();
        await audit.settled();
        await localKey.remove();
      })();
      return closing;
    },
    async tenantOf(apiKey) {
      const text = keyOfE2b(apiKey) ?? apiKey;
      const identity = localKey.identify(text) ?? (await context.keys.identify(text));
      return identity?.scopes.has('runs:write') ? identity.tenant : undefined;
    },
    setupUrl() {
      const token = context.links.setupToken;
      return token === undefined ? undefined : `${context.publicUrl()}/setup?token=${token}`;
    },
  };
}

/** The web server with all routes, before it listens. For tests, which walk the routes. */
export async function createApp(
  deps: GatewayDeps,
): Promise<{ app: App; context: ApiContext; localKey: LocalKey; routes: readonly RouteInfo[] }> {
  const { clock, config, database, ids, logger, random } = deps;
  await database.migrate(GATEWAY_SCHEMA);
  const app = createServer(deps);
  const publicUrl = () => config.gateway.public_url?.replace(/\/+$/, '') ?? addressOf(app, config.gateway.host);
  const now = () => clock.now();
  const localKey = new LocalKey(deps.dataDir, random);
  const users = new Users(database, now);
  const keys = new Keys({ database, now, random });
  const links = new Links({ database, now, ids, random, hashPassword });
  const sessions = new Sessions({ database, random, logger, sessionHours: config.auth.session_hours, publicUrl });
  const limiters = await createLimiters(app, config.gateway.rate_limit);
  const audit = new AuditLog({ database, now, ids, logger });
  const uploads = new Uploads({ database, now, ids, dataDir: deps.dataDir });
  const shares = new Shares({ database, now, ids, random });
  const streams = new OpenStreams(config.gateway.sse.max_per_caller);
  const context: ApiContext = {
    deps,
    audit,
    keys,
    links,
    sessions,
    users,
    limiters,
    shares,
    streams,
    uploads,
    publicUrl,
  };

  const https = config.gateway.public_url?.startsWith('https:') ?? false;
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: PAGE_POLICY },
    strictTransportSecurity: https,
    // Not 'no-referrer': under it browsers name the origin of our own forms as 'null', which is refused as foreign.
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  });
  const routes: RouteInfo[] = [];
  app.addHook('onRoute', ({ config: route, method, schema, url }) => {
    for (const one of [method].flat()) {
      const { access = '', audit: action = '' } = route ?? {};
      routes.push({ method: one, url, access, audit: action, hidden: schema?.hide === true });
    }
  });
  boundBodies(app, BODY_TIMEOUT_MS);
  guard(app, { config: config.gateway, keys, localKey, sessions, users, limiters, random });
  auditChanges(app, audit, users);
  await describeApi(app, publicUrl);
  healthRoutes(app, deps);
  referenceRoutes(app);
  const pages: Plugin = async (scope) => pageRoutes(scope, context);
  await app.register(pages);
  sharePage(app, context);
  const console: Plugin = (scope) => consoleRoutes(scope, deps.consoleDir);
  await app.register(console);
  const api: Plugin = async (scope) => {
    runRoutes(scope, context);
    steeringRoutes(scope, context);
    eventRoutes(scope, context);
    resultRoutes(scope, context);
    exportRoutes(scope, context);
    shareRoutes(scope, context);
    changeRoutes(scope, context);
    insightRoutes(scope, context);
    catalogRoutes(scope, context);
    browserRoutes(scope, context);
    toolRoutes(scope, context);
    skillRoutes(scope, context);
    mcpServerRoutes(scope, context);
    sessionRoutes(scope, context);
    keyRoutes(scope, context);
    userRoutes(scope, context);
    auditRoutes(scope, context);
    modelRoutes(scope, context);
    configRoutes(scope, context);
    fileRoutes(scope, context);
    fileLockRoutes(scope, context);
    memoryRoutes(scope, context);
    graphRoutes(scope, context);
    workingRoutes(scope, context);
    documentRoutes(scope, context);
    memoryAdminRoutes(scope, context);
    const uploadsScope: Plugin = async (inner) => uploadRoutes(inner, context);
    await scope.register(uploadsScope);
    const contents: Plugin = async (inner) => fileContentRoutes(inner, context);
    await scope.register(contents);
    const documents: Plugin = async (inner) => documentContentRoutes(inner, context);
    await scope.register(documents);
    const imports: Plugin = async (inner) => memoryImportRoutes(inner, context);
    await scope.register(imports);
  };
  await app.register(api, { prefix: '/api/v1' });
  const mcp: Plugin = async (scope) => mcpRoutes(scope, context);
  await app.register(mcp);
  return { app, context, localKey, routes };
}

/** The HTTP server: what the front claims goes there, everything else to the routes. */
function serverWithFront(handler: RequestListener, front: Front | undefined): Server {
  const options = {
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: 65_000,
    connectionsCheckingInterval: CHECK_EVERY_MS,
  };
  if (!front) return createHttpServer(options, handler);
  const server = createHttpServer(options, (request, response) => {
    if (front.claims(request)) front.request(request, response);
    else handler(request, response);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (front.claims(request)) front.upgrade(request, socket, head);
    else socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  return server;
}

/** What a test needs to know of a route. */
export interface RouteInfo {
  readonly method: string;
  readonly url: string;
  readonly access: string;
  /** What the audit log calls it; empty where it only reads. */
  readonly audit: string;
  readonly hidden: boolean;
}

function createServer(deps: GatewayDeps): App {
  const { gateway: config } = deps.config;
  const app = fastify({
    loggerInstance: deps.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: config.body_limit,
    trustProxy: config.trust_proxy.length === 0 ? false : [...config.trust_proxy],
    serverFactory: (handler) => serverWithFront(handler, deps.front),
    exposeHeadRoutes: false,
    genReqId: () => deps.ids(),
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => {
      void sendError(request, reply, toHoldfastError(error, config.body_limit));
    },
    routerOptions: { maxParamLength: 4096 },
  }) as unknown as App;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error, request, reply) => {
    const known = toHoldfastError(error, config.body_limit);
    const wantsPage = request.method === 'GET' && (request.headers.accept?.includes('text/html') ?? false);
    if (known.code === 'UNAUTHENTICATED' && wantsPage) {
      return reply.redirect(`/login?next=${encodeURIComponent(request.url)}`, 303);
    }
    return sendError(request, reply, known);
  });
  app.setNotFoundHandler((request, reply) =>
    sendError(request, reply, new HoldfastError('NOT_FOUND', 'There is no such address. GET /docs lists them all.')),
  );
  app.addHook('onResponse', async (request, reply) => {
    request.log.debug(
      {
        request_id: request.id,
        trace_id: parseTraceparent(request.traceparent)?.traceId,
        method: request.method,
        // Not the URL itself: a query may hold a one-time token.
        route: request.routeOptions.url,
        status: reply.statusCode,
        duration_ms: Math.round(reply.elapsedTime),
        subject: request.identity?.subject,
      },
      'Request answered.',
    );
  });
  return app;
}

function addressOf(app: App, host: string): string {
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

function listenError(cause: unknown, config: { host: string; port: number }): HoldfastError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const where = `${config.host}:${config.port}`;
  const why =
    code === 'EADDRINUSE'
      ? `Another program listens on ${where}. End it, or set gateway.port to another port (0: any free one).`
      : `Cannot listen on ${where}${typeof code === 'string' ? ` (${code})` : ''}. Check gateway.host and gateway.port.`;
  return new HoldfastError('UNAVAILABLE', why, { cause });
}
