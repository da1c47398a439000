import { HoldfastError } from '@holdfast/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import { DEFAULT_TENANT } from '../auth/identity.ts';
import type { Users } from '../auth/users.ts';
import type { App } from '../http/app.ts';
import { auditDetail } from './detail.ts';
import type { AuditDraft, AuditLog } from './log.ts';

/** The subject of what nobody is known to have done: a log-in that failed, a request without a valid key. */
export const NOBODY = 'anonymous';

const EmailSchema = z.email();
const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What a request holds while it is carried out. */
export interface Audited {
  readonly id: string;
  readonly draft: AuditDraft;
}

/**
 * Has every change entered in the audit log: a route that may change something and does not say what the log calls it
 * cannot be registered. The entry is durable before the handler begins, and gets the status of the answer. Refused calls
 * are entered too; those above a rate limit are not, so that nobody can flood the log.
 */
export function auditChanges(app: App, log: AuditLog, users: Users): void {
  app.decorateRequest('audited', null);

  app.addHook('onRoute', ({ config, method, url }) => {
    const changes = [method].flat().some((one) => !READING.has(one));
    if (changes && config?.audit === undefined) {
      throw new HoldfastError(
        'INTERNAL',
        `The route ${[method].flat().join(', ')} ${url} does not say what the audit log calls it: config.audit.`,
      );
    }
  });

  app.addHook('preHandler', async (request) => {
    const audit = actionOf(request);
    if (audit === undefined) return;
    const draft = await draftOf(request, audit, users);
    request.audited = { id: await log.begin(draft), draft };
  });

  app.addHook('onSend', async (request, reply) => {
    const audit = actionOf(request);
    if (audit === undefined) return;
    const { statusCode } = reply;
    if (request.audited) log.finish(request.audited.id, request.audited.draft, statusCode);
    else if (statusCode === 401 || (statusCode === 403 && request.identity)) {
      log.refuse(await draftOf(request, audit, users), statusCode);
    }
  });
}

/**
 * Adds to the entry of this request what only its handler knows.
 *
 * @throws HoldfastError INTERNAL where the route has no `audit`.
 */
export function audited(
  request: FastifyRequest,
  found: Partial<Pick<AuditDraft, 'target' | 'subject' | 'userId' | 'tenant'>>,
): void {
  if (!request.audited) throw new HoldfastError('INTERNAL', 'The route does not say what the audit log calls it.');
  Object.assign(request.audited.draft, found);
}

/** What the audit log calls this call; undefined where it enters none. */
function actionOf(request: FastifyRequest): string | undefined {
  const { audit, auditOnly } = request.routeOptions.config;
  return auditOnly?.(request) === false ? undefined : audit;
}

async function draftOf(request: FastifyRequest, action: string, users: Users): Promise<AuditDraft> {
  const { body, identity, ip, params } = request;
  // Anything else that stands there may be a password in the wrong field.
  const email = EmailSchema.safeParse(textOf(body, 'email')).data ?? '';
  return {
    tenant: identity?.tenant ?? (await users.tenantOf(email)) ?? DEFAULT_TENANT,
    subject: identity?.subject ?? NOBODY,
    userId: identity?.userId ?? null,
    action,
    target: textOf(params, 'id') || email,
    ip,
    detail: auditDetail(body, request.routeOptions.config.auditFields ?? []),
  };
}

function textOf(fields: unknown, name: string): string {
  if (typeof fields !== 'object' || fields === null) return '';
  const value: unknown = Reflect.get(fields, name);
  return typeof value === 'string' ? value.slice(0, 320) : '';
}
