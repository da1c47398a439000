import rateLimit from '@fastify/rate-limit';
import { HoldfastError } from '@holdfast/protocol';
import type { FastifyRequest } from 'fastify';

import type { GatewayConfig } from '../config.ts';
import type { App } from './app.ts';

/** One budget of requests. Throws RATE_LIMITED, with the time to wait, when it is used up. */
export type Limiter = (request: FastifyRequest) => Promise<void>;

/** The budgets of the gateway. They are kept in this process: with N replicas a caller has N times as much. */
export interface Limiters {
  /** Requests of one known caller. */
  readonly caller: Limiter;
  /** Requests from one address without valid credentials. */
  readonly rejected: Limiter;
  /** Attempts to log in from one address. */
  readonly loginAddress: Limiter;
  /** Attempts to log in as one user, from wherever. */
  readonly loginUser: (email: string) => Limiter;
}

const MINUTE_MS = 60_000;

/** Sets the budgets up. */
export async function createLimiters(app: App, config: GatewayConfig['rate_limit']): Promise<Limiters> {
  await app.register(rateLimit, { global: false });
  const limiter = (max: number, key: (request: FastifyRequest) => string): Limiter => {
    const take = app.createRateLimit({ max, timeWindow: MINUTE_MS, keyGenerator: key });
    return async (request) => {
      const result = await take(request);
      if (!result.isAllowed && result.isExceeded) throw exceeded(max, result.ttl);
    };
  };
  const emails = new WeakMap<FastifyRequest, string>();
  const user = limiter(config.login_per_minute, (request) => emails.get(request) ?? '');
  return {
    caller: limiter(config.per_minute, (request) => request.identity?.subject ?? request.ip),
    rejected: limiter(config.rejected_per_minute, (request) => request.ip),
    loginAddress: limiter(config.login_per_minute, (request) => request.ip),
    loginUser: (email) => (request) => {
      emails.set(request, email.toLowerCase().slice(0, 320));
      return user(request);
    },
  };
}

function exceeded(max: number, ttlMs: number): HoldfastError {
  const seconds = Math.max(1, Math.ceil(ttlMs / 1000));
  return new HoldfastError(
    'RATE_LIMITED',
    `More than ${max} requests in a minute. Nothing was done; try again in ${seconds} s.`,
    { details: { retry_after_ms: Math.max(1, Math.ceil(ttlMs)), limit_per_minute: max } },
  );
}
