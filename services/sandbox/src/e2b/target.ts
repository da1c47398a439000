/** What of a request tells where it is to go. */
export interface RequestHead {
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** How this API is reached. */
export interface Addresses {
  /** Path before everything, such as `/e2b`; empty where the API has an address of its own. */
  readonly prefix: string;
  /** Sandboxes are `<port>-<id>.<domain>`. With a port where that is not the usual one. */
  readonly domain: string;
}

/** Where a request goes. `path` has the query with it, and no prefix any more. */
export type Target =
  | { readonly kind: 'api'; readonly path: string }
  | { readonly kind: 'sandbox'; readonly id: string; readonly port: number; readonly path: string }
  /** A signed URL whose host does not name the sandbox: the signature does. */
  | { readonly kind: 'signed'; readonly path: string };

/** The port that E2B's envd has. It answers there, whatever listens on it inside. */
export const ENVD_PORT = 49983;

const SANDBOX_LABEL = /^(\d{1,5})-([a-z0-9]+)$/;

/** Where a request goes; undefined where it is none for this API. */
export function targetOf(head: RequestHead, { prefix, domain }: Addresses): Target | undefined {
  const url = head.url ?? '/';
  const label = labelOf(headerOf(head, 'host') ?? '', domain);
  const named = label === undefined ? null : SANDBOX_LABEL.exec(label);
  if (named?.[1] && named[2]) return sandbox(named[2], Number(named[1]), url);

  const path = label === 'api' || label === 'sandbox' ? url : withoutPrefix(url, prefix);
  const id = headerOf(head, 'e2b-sandbox-id');
  if (id !== undefined && path !== undefined && label !== 'api') {
    return sandbox(id, Number(headerOf(head, 'e2b-sandbox-port') ?? ENVD_PORT), path);
  }
  if (isSignedFile(url)) return { kind: 'signed', path: url };
  if (path !== undefined && isSignedFile(path)) return { kind: 'signed', path };
  return path === undefined ? undefined : { kind: 'api', path };
}

function sandbox(id: string, port: number, path: string): Target {
  return { kind: 'sandbox', id, port, path };
}

function headerOf({ headers }: RequestHead, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** What stands before `.domain` in a host, whatever its port. */
function labelOf(host: string, domain: string): string | undefined {
  const name = withoutPort(host).toLowerCase();
  const suffix = `.${withoutPort(domain).toLowerCase()}`;
  return name.endsWith(suffix) ? name.slice(0, -suffix.length) : undefined;
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, '');
}

function withoutPrefix(url: string, prefix: string): string | undefined {
  if (!url.startsWith(prefix)) return undefined;
  const rest = url.slice(prefix.length);
  if (rest === '' || rest.startsWith('?')) return `/${rest}`;
  return rest.startsWith('/') ? rest : undefined;
}

function isSignedFile(url: string): boolean {
  return url.startsWith('/files?') && new URLSearchParams(url.slice('/files?'.length)).has('signature');
}
