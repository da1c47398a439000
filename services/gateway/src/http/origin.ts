import type { IncomingHttpHeaders } from 'node:http';

import { HoldfastError } from '@holdfast/protocol';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]', '::1']);
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The name in a Host header or in `host:port`, lower-case, without the port. */
export function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
}

/** Whether an address to listen on can only be reached from this machine. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host) || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/**
 * A check of the Host header. A web page that has its own name resolve to this machine (DNS rebinding) is same-origin
 * to the browser; its name in the Host header is what gives it away.
 *
 * @returns undefined where every host is taken: not bound to loopback, and none is named in the configuration.
 */
export function hostCheck(config: {
  host: string;
  allowed_hosts: readonly string[];
  public_url?: string | undefined;
}): ((host: string | undefined) => boolean) | undefined {
  const { allowed_hosts: allowed, host: bound, public_url: publicUrl } = config;
  if (!isLoopback(bound) && allowed.length === 0) return undefined;
  const names = new Set([...LOOPBACK, hostName(bound), ...allowed.map(hostName)]);
  if (publicUrl !== undefined) names.add(hostName(new URL(publicUrl).host));
  return (host) => host !== undefined && names.has(hostName(host));
}

/**
 * Keeps other sites from acting with a visitor's cookie (CSRF). Browsers say where a request comes from; a client that
 * says nothing has to send `x-holdfast-csrf`, which no other site can.
 *
 * @param form a form of ours, which authenticates by what it contains: then a client that says nothing is taken
 * @throws HoldfastError PERMISSION_DENIED.
 */
export function checkOrigin(
  request: { method: string; headers: IncomingHttpHeaders; host: string },
  publicUrl: string | undefined,
  form = false,
): void {
  const { headers, host, method } = request;
  if (SAFE.has(method)) return;
  const site = headers['sec-fetch-site'];
  const { origin } = headers;
  if (site !== undefined && site !== 'same-origin') throw crossSite();
  if (origin !== undefined) {
    const from = URL.canParse(origin) ? new URL(origin).host : '';
    if (from === host || (publicUrl !== undefined && from === new URL(publicUrl).host)) return;
    throw crossSite();
  }
  if (site === undefined && !form && headers['x-holdfast-csrf'] === undefined) throw crossSite();
}

function crossSite(): HoldfastError {
  return new HoldfastError(
    'PERMISSION_DENIED',
    'This request comes from another site, or does not say where from. Nothing was done. Outside of a browser use an API key, or send the header x-holdfast-csrf: 1.',
  );
}
