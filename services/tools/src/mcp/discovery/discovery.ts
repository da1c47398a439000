/** How an MCP server is reached. */
export type TransportSpec = StdioSpec | HttpSpec;

/** A program that is started in a sandbox and spoken to over stdin and stdout. */
export interface StdioSpec {
  readonly type: 'stdio';
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** A folder of the host, or a path inside the sandbox; empty: /workspace. */
  readonly cwd: string;
}

/** A server of the streamable HTTP transport. */
export interface HttpSpec {
  readonly type: 'http';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly oauth?: OAuthSpec;
}

/** How a token is got for an HTTP server. */
export interface OAuthSpec {
  /** `authorization_code`: a person logs in once, with `holdfast mcp login`. */
  readonly grant: 'authorization_code' | 'client_credentials';
  /** Left out: the client registers itself, where the authorization server allows it. */
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** An https URL where this client is described, for authorization servers that take that in place of registration. */
  readonly clientMetadataUrl?: string;
  readonly scope?: string;
  /** Client credentials are sent to this authorization server only. Left out: the one that the MCP server names. */
  readonly issuer?: string;
  /** Private host:port of an authorization server that may be reached; public ones may anyway. */
  readonly hosts: readonly string[];
}

/** One of the places that a server can be reached at. */
export interface InstanceSpec {
  /** Unique within its server. */
  readonly id: string;
  readonly transport: TransportSpec;
  /** As the discovery says: an unhealthy one is called only where there is no other. */
  readonly healthy: boolean;
}

/** One MCP server, by its name. */
export interface ServerSpec {
  readonly name: string;
  readonly instances: readonly InstanceSpec[];
}

/** What a discovery knows. */
export interface Found {
  readonly servers: ReadonlyMap<string, ServerSpec>;
  /** Why it does not know more: an outage, a broken file, entries that cannot be used. Empty: all is well. */
  readonly problem: string;
}

/**
 * Where servers are found. What was found stays while the discovery itself is away: an outage of it takes no server
 * away.
 */
export interface Discovery {
  /** `file`, `etcd`, `consul`. */
  readonly name: string;
  /** Looks for the first time, then watches. Resolves also where the discovery does not answer: it goes on trying. */
  start(): Promise<void>;
  /** What is known now, from memory. */
  found(): Found;
  /** Tells that {@link found} changed. @returns stops it */
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
}

/** The name of a server, as it may stand in the name of a tool. */
export const SERVER_NAME = /^[\w.-]{1,64}$/;

/** What a discovery holds and tells: the part that all have in common. */
export class FoundState {
  #found: Found = { servers: new Map(), problem: '' };
  #shown = '';
  readonly #listeners = new Set<() => void>();

  get found(): Found {
    return this.#found;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Takes what is known now, and tells if it is something else. */
  set(servers: ReadonlyMap<string, ServerSpec>, problem: string): void {
    const shown = JSON.stringify([[...servers.values()], problem]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#found = { servers, problem };
    for (const listener of this.#listeners) listener();
  }

  /** Keeps the servers, and says why nothing newer is known. */
  outage(problem: string): void {
    this.set(this.#found.servers, problem);
  }
}
