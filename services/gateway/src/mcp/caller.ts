import type { AuthInfo, ServerContext } from '@modelcontextprotocol/server';
import { commonpb, create, HoldfastError } from '@holdfast/protocol';

import type { Identity } from '../auth/identity.ts';
import type { Scope } from '../auth/roles.ts';

/** Who sent an MCP request: known again in whatever the SDK hands on of it. */
export class McpCaller {
  readonly identity: Identity;
  /** W3C trace context of the HTTP request. */
  readonly traceparent: string;

  constructor(identity: Identity, traceparent: string) {
    this.identity = identity;
    this.traceparent = traceparent;
  }

  /** Names the caller among all tenants: a session belongs to one. */
  get key(): string {
    return `${this.identity.tenant}\0${this.identity.subject}`;
  }

  has(scope: Scope): boolean {
    return this.identity.scopes.has(scope);
  }

  /** @throws HoldfastError PERMISSION_DENIED. */
  need(scope: Scope): void {
    if (this.has(scope)) return;
    throw new HoldfastError('PERMISSION_DENIED', `This needs the scope ${scope}, which your key does not have.`);
  }

  /** As the services are told. */
  toCaller(): commonpb.Caller {
    const { tenant, subject, userId } = this.identity;
    return create(commonpb.CallerSchema, { tenant, subject, user: userId ?? '', traceparent: this.traceparent });
  }
}

/** The form in which the SDK carries a caller. The key itself is not in it: nothing behind the guard needs it. */
export function authInfoOf(caller: McpCaller): AuthInfo {
  const { scopes, subject } = caller.identity;
  return { token: '', clientId: subject, scopes: [...scopes], extra: { caller } };
}

/** The caller in that form. @throws HoldfastError UNAUTHENTICATED where there is none. */
export function callerIn(authInfo: AuthInfo | undefined): McpCaller {
  const caller = authInfo?.extra?.['caller'];
  if (caller instanceof McpCaller) return caller;
  throw new HoldfastError('UNAUTHENTICATED', 'Nobody is known to have sent this request.');
}

/** Who sent the request at hand, which may hold other scopes than whoever opened the session. */
export function callerOfRequest(ctx: ServerContext): McpCaller {
  return callerIn(ctx.http?.authInfo);
}
