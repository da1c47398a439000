import { commonpb, create } from '@holdfast/protocol';
import type { FastifyRequest } from 'fastify';

import type { AuditLog } from '../audit/log.ts';
import type { Keys } from '../auth/keys.ts';
import type { Links } from '../auth/links.ts';
import type { Sessions } from '../auth/sessions.ts';
import type { Users } from '../auth/users.ts';
import type { GatewayDeps } from '../deps.ts';
import { identityOf } from '../http/access.ts';
import type { Limiters } from '../http/limits.ts';
import type { Uploads } from '../uploads/store.ts';
import type { Shares } from '../shares/shares.ts';
import type { OpenStreams } from './streams.ts';

/** What the routes are made of. */
export interface ApiContext {
  readonly deps: GatewayDeps;
  readonly audit: AuditLog;
  readonly keys: Keys;
  readonly links: Links;
  readonly sessions: Sessions;
  readonly users: Users;
  readonly uploads: Uploads;
  readonly limiters: Limiters;
  readonly shares: Shares;
  readonly streams: OpenStreams;
  /** Where people reach the gateway: public_url, or the address that it listens on. No slash at the end. */
  readonly publicUrl: () => string;
}

/** Who is asking, as the services are told. Every query of theirs is bounded by the tenant in it. */
export function callerOf(request: FastifyRequest): commonpb.Caller {
  const { subject, tenant, userId } = identityOf(request);
  return create(commonpb.CallerSchema, { tenant, subject, user: userId ?? '', traceparent: request.traceparent });
}
