import {
  ClientCredentialsProvider,
  type FetchLike,
  type OAuthClientMetadata,
  type OAuthClientProvider,
  type OAuthDiscoveryState,
  type OAuthTokens,
  type StoredOAuthClientInformation,
} from '@modelcontextprotocol/client';
import { HoldfastError } from '@holdfast/protocol';

import type { OAuthSpec } from '../discovery/discovery.ts';
import type { TokenStore } from './token-store.ts';

/** What {@link oauthProvider} is made of. */
export interface OAuthOptions {
  readonly server: string;
  readonly spec: OAuthSpec;
  readonly store: TokenStore;
  /** Left out: nobody is there, and the error says how to log in. */
  readonly person?: Person;
}

/** Somebody with a browser. */
export interface Person {
  /** Where the browser comes back to. */
  readonly redirectUrl: string;
  /** Sends them to the authorization server. */
  readonly authorize: (url: URL) => Promise<void>;
  /** What comes back with them. */
  readonly state: string;
}

/** Its own type has no undefined there, and takes it. */
type Provider = Omit<OAuthClientProvider, 'clientMetadataUrl'> & { readonly clientMetadataUrl: string | undefined };

/** Without a person nobody comes back; still an address has to be named where a client is described. */
const NOBODY = 'http://127.0.0.1/callback';

/** Gets tokens for one server: by its own credentials, or from a login that is kept in the store. */
export function oauthProvider(options: OAuthOptions): OAuthClientProvider {
  const { server, spec } = options;
  if (spec.grant !== 'client_credentials') return new StoredLogin(options) as OAuthClientProvider;
  const { clientId, clientSecret, scope, issuer } = spec;
  if (clientId === undefined || clientSecret === undefined) {
    throw new HoldfastError(
      'CONFIG_INVALID',
      `The entry of the MCP server ${server} has the grant client_credentials, but no clientId and clientSecret. Add both to its oauth.`,
    );
  }
  return new ClientCredentialsProvider({
    clientId,
    clientSecret,
    clientName: 'Holdfast',
    ...(scope === undefined ? {} : { scope }),
    ...(issuer === undefined ? {} : { expectedIssuer: issuer }),
  });
}

/** Says that a person has to log in. */
export function loginNeeded(server: string): HoldfastError {
  return new HoldfastError(
    'UNAUTHENTICATED',
    `The MCP server ${server} wants a login. Run \`holdfast mcp login ${server}\` once; its tools work from then on.`,
  );
}

class StoredLogin implements Provider {
  readonly #options: OAuthOptions;
  #verifier = '';
  #discovery: OAuthDiscoveryState | undefined;

  constructor(options: OAuthOptions) {
    this.#options = options;
  }

  get redirectUrl(): string {
    return this.#options.person?.redirectUrl ?? NOBODY;
  }

  get clientMetadataUrl(): string | undefined {
    return this.#options.spec.clientMetadataUrl;
  }

  get clientMetadata(): OAuthClientMetadata {
    const { scope } = this.#options.spec;
    return {
      client_name: 'Holdfast',
      redirect_uris: [this.redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: this.#options.spec.clientSecret === undefined ? 'none' : 'client_secret_basic',
      ...(scope === undefined ? {} : { scope }),
    };
  }

  state(): string {
    return this.#options.person?.state ?? '';
  }

  async clientInformation(): Promise<StoredOAuthClientInformation | undefined> {
    const { server, spec, store, person } = this.#options;
    const { clientId, clientSecret } = spec;
    if (clientId !== undefined) {
      return { client_id: clientId, ...(clientSecret === undefined ? {} : { client_secret: clientSecret }) };
    }
    const { client } = await store.read(server);
    // Without a person a client would be registered in vain, with every attempt anew.
    if (!client && !person && spec.clientMetadataUrl === undefined) throw loginNeeded(server);
    return client;
  }

  async saveClientInformation(client: StoredOAuthClientInformation): Promise<void> {
    await this.#change({ client });
  }

  async tokens(): Promise<OAuthTokens | undefined> {
    return (await this.#options.store.read(this.#options.server)).tokens;
  }

  async saveTokens(tokens: OAuthTokens): Promise<void> {
    await this.#change({ tokens });
    this.#verifier = '';
  }

  async redirectToAuthorization(url: URL): Promise<void> {
    const { server, person } = this.#options;
    if (!person) {
      this.#verifier = '';
      throw loginNeeded(server);
    }
    await person.authorize(url);
  }

  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }

  codeVerifier(): string {
    return this.#verifier;
  }

  /**
   * It holds while somebody logs in, so that their code goes to whoever issued it. Kept for longer, a server that moves
   * to another authorization server would have logins asked for at the old one for ever (SEP-2352).
   */
  saveDiscoveryState(discovery: OAuthDiscoveryState): void {
    this.#discovery = discovery;
  }

  discoveryState(): OAuthDiscoveryState | undefined {
    return this.#verifier === '' ? undefined : this.#discovery;
  }

  async invalidateCredentials(scope: 'all' | 'client' | 'tokens' | 'verifier' | 'discovery'): Promise<void> {
    const { server, store } = this.#options;
    if (scope === 'all') return store.remove(server);
    if (scope === 'verifier') {
      this.#verifier = '';
      return;
    }
    if (scope === 'discovery') {
      this.#discovery = undefined;
      return;
    }
    const { [scope]: _, ...kept } = await store.read(server);
    await store.write(server, kept);
  }

  async #change(part: Awaited<ReturnType<TokenStore['read']>>): Promise<void> {
    const { server, store } = this.#options;
    await store.write(server, { ...(await store.read(server)), ...part });
  }
}

/** The answer to a refresh is given again for so long to whoever still holds the old token, milliseconds. */
const SHARED_MS = 10_000;

/**
 * Sends one request for all that refresh the same token: a refresh token that may be used only once would be lost by the
 * second, and with it the login.
 */
export function shareRefreshes(send: FetchLike, { refreshes }: Pick<TokenStore, 'refreshes'>): FetchLike {
  return async (url, init) => {
    const body = init?.body instanceof URLSearchParams ? init.body.toString() : '';
    if (!body.includes('grant_type=refresh_token')) return send(url, init);
    const key = `${String(url)}\0${body}`;
    const shared = refreshes.get(key) ?? send(url, init);
    if (!refreshes.has(key)) {
      refreshes.set(key, shared);
      const forget = (): void => void refreshes.delete(key);
      shared.then((answer) => setTimeout(forget, answer.ok ? SHARED_MS : 0).unref(), forget);
    }
    return (await shared).clone();
  };
}
