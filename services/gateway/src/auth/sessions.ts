import type { IncomingHttpHeaders } from 'node:http';

import { HoldfastError } from '@holdfast/protocol';
import type { Database } from '@holdfast/storage';
import type { Logger } from '@holdfast/telemetry';

import { keptSecret } from './kept-secret.ts';
import { hashPassword, PASSWORD_LENGTH, verifyPassword } from './password.ts';
import type { GatewayTables } from './tables.ts';

/** What sessions need. */
export interface SessionsDeps {
  readonly database: Database;
  readonly random: (bytes: number) => Uint8Array;
  readonly logger: Logger;
  readonly sessionHours: number;
  /** Where people reach the gateway; https makes the cookies Secure. */
  readonly publicUrl: () => string;
}

/** A log-in that succeeded. */
export interface LoggedIn {
  readonly userId: string;
  /** Values of Set-Cookie. */
  readonly cookies: readonly string[];
}

const COOKIE_PREFIX = 'holdfast';

/** Log-ins by cookie. better-auth is loaded when the first of them comes: API keys do without it. */
export class Sessions {
  readonly #deps: SessionsDeps;
  #auth: ReturnType<typeof createAuth> | undefined;

  constructor(deps: SessionsDeps) {
    this.#deps = deps;
  }

  /** Whether the request carries anything that could be a session. */
  static isNamedIn(headers: IncomingHttpHeaders): boolean {
    return headers.cookie?.includes(`${COOKIE_PREFIX}.session_token=`) ?? false;
  }

  /** The user of the cookie; undefined for one that is not valid (any more). */
  async userOf(headers: IncomingHttpHeaders): Promise<{ userId: string; cookies: readonly string[] } | undefined> {
    const auth = await this.#load();
    const { headers: sent, response } = await auth.api.getSession({
      headers: toHeaders(headers),
      returnHeaders: true,
    });
    return response ? { userId: response.user.id, cookies: sent.getSetCookie() } : undefined;
  }

  /**
   * Checks a password and begins a session.
   *
   * @throws HoldfastError UNAUTHENTICATED, with the same words whether the address or the password is wrong.
   */
  async logIn(email: string, password: string, headers: IncomingHttpHeaders): Promise<LoggedIn> {
    const auth = await this.#load();
    try {
      const { headers: sent, response } = await auth.api.signInEmail({
        body: { email, password },
        headers: toHeaders(headers),
        returnHeaders: true,
      });
      return { userId: response.user.id, cookies: sent.getSetCookie() };
    } catch (cause) {
      if (statusOf(cause) === undefined) throw cause;
      throw new HoldfastError('UNAUTHENTICATED', 'The address or the password is wrong.', { cause });
    }
  }

  /** Ends the session of the cookie; values of Set-Cookie that take it out of the browser. */
  async logOut(headers: IncomingHttpHeaders): Promise<readonly string[]> {
    const auth = await this.#load();
    const { headers: sent } = await auth.api.signOut({ headers: toHeaders(headers), returnHeaders: true });
    return sent.getSetCookie();
  }

  /**
   * Changes the password of the session's user and ends all the user's other sessions.
   *
   * @throws HoldfastError PERMISSION_DENIED where the current password is wrong.
   */
  async changePassword(current: string, wanted: string, headers: IncomingHttpHeaders): Promise<readonly string[]> {
    const auth = await this.#load();
    try {
      const { headers: sent } = await auth.api.changePassword({
        body: { currentPassword: current, newPassword: wanted, revokeOtherSessions: true },
        headers: toHeaders(headers),
        returnHeaders: true,
      });
      return sent.getSetCookie();
    } catch (cause) {
      if (statusOf(cause) === undefined) throw cause;
      throw new HoldfastError('PERMISSION_DENIED', 'The current password is wrong. Nothing was changed.', { cause });
    }
  }

  /** Ends all sessions of a user. */
  async endAll(userId: string): Promise<void> {
    await this.#deps.database
      .writer<GatewayTables>()
      .deleteFrom('gateway_session')
      .where('userId', '=', userId)
      .execute();
  }

  #load() {
    this.#auth ??= createAuth(this.#deps).catch((error: unknown) => {
      this.#auth = undefined;
      throw error;
    });
    return this.#auth;
  }
}

async function createAuth(deps: SessionsDeps) {
  const { database, logger, publicUrl, random, sessionHours } = deps;
  const [{ betterAuth }, secret] = await Promise.all([
    import('better-auth'),
    keptSecret({ database, random }, 'cookie_secret'),
  ]);
  const baseURL = publicUrl();
  return betterAuth({
    appName: 'Holdfast',
    baseURL,
    basePath: '/api/v1/auth',
    secret,
    database: { db: database.writer<GatewayTables>(), type: database.dialect },
    telemetry: { enabled: false },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH.min,
      maxPasswordLength: PASSWORD_LENGTH.max,
      password: { hash: hashPassword, verify: verifyPassword },
    },
    user: { modelName: 'gateway_user' },
    account: { modelName: 'gateway_account' },
    verification: { modelName: 'gateway_verification' },
    session: { modelName: 'gateway_session', expiresIn: Math.ceil(sessionHours * 3600) },
    // The gateway limits log-ins itself, per address and per user.
    rateLimit: { enabled: false },
    advanced: {
      cookiePrefix: COOKIE_PREFIX,
      useSecureCookies: baseURL.startsWith('https:'),
      ipAddress: { disableIpTracking: true },
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax' },
    },
    logger: { level: 'error', log: (_level, message) => logger.error({ part: 'better-auth' }, message) },
  });
}

function toHeaders(headers: IncomingHttpHeaders): Headers {
  const cookie = headers.cookie === undefined ? {} : { cookie: headers.cookie };
  const agent = headers['user-agent'] === undefined ? {} : { 'user-agent': headers['user-agent'] };
  return new Headers({ ...cookie, ...agent });
}

/** The HTTP status of better-auth's own error, if it is one of a client's making. */
function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  const { statusCode } = error;
  return typeof statusCode === 'number' && statusCode < 500 ? statusCode : undefined;
}
