import type { IncomingMessage } from 'node:http';

import type { Sandboxes } from '../../sandboxes/sandboxes.ts';
import { errorReply, readJson, type Reply, thrownReply } from '../http.ts';
import type { E2bCaller } from './call.ts';
import { insightRoutes } from './insight-routes.ts';
import { findRoute, type Route } from './routes.ts';
import { sandboxRoutes } from './sandbox-routes.ts';
import { templateRoutes } from './template-routes.ts';
import { unsupportedRoutes } from './unsupported-routes.ts';

/** What the control plane needs. */
export interface RestDeps {
  readonly sandboxes: Sandboxes;
  /** Whose the API key is; undefined where it is nobody's. */
  readonly authenticate: (apiKey: string) => Promise<E2bCaller | undefined>;
  readonly domain: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** For what is a defect of ours. */
  readonly onError: (error: unknown) => void;
}

// The fixed paths stand before those with a name in them.
const ROUTES: readonly Route[] = [...insightRoutes, ...sandboxRoutes, ...templateRoutes, ...unsupportedRoutes];

/** Answers a call of E2B's control plane. `path` has the query with it. */
export async function answerRest(deps: RestDeps, request: IncomingMessage, path: string): Promise<Reply> {
  try {
    const { pathname, searchParams } = new URL(path, 'http://api');
    if (pathname === '/health') return { status: 200, body: {} };
    const caller = await callerOf(deps, request);
    if (!caller) {
      return errorReply(
        401,
        'No valid API key came with the request. Send one of Holdfast as X-API-Key (E2B_API_KEY).',
      );
    }
    const found = findRoute(ROUTES, request.method ?? '', pathname);
    if (!found) return errorReply(404, `not supported by Holdfast: ${request.method} ${pathname}`);
    const body = await readJson(request);
    const { sandboxes, domain, now } = deps;
    return await found.route.handle({
      caller,
      params: found.params,
      query: searchParams,
      body,
      sandboxes,
      domain,
      now,
    });
  } catch (error) {
    const reply = thrownReply(error);
    if (reply.status === 500) deps.onError(error);
    return reply;
  }
}

async function callerOf(deps: RestDeps, { headers }: IncomingMessage): Promise<E2bCaller | undefined> {
  const header = headers['x-api-key'];
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  const key = (Array.isArray(header) ? header[0] : header) ?? bearer;
  return key === undefined || key === '' ? undefined : deps.authenticate(key);
}
