import { type Host, parseHost } from '../policy/host.ts';
import type { ClientHello } from './client-hello.ts';

/**
 * Why a ClientHello does not fit the host that the tunnel was opened for; undefined when it fits.
 *
 * With Encrypted Client Hello the outer name is what is seen and compared; the inner one nobody on the way can read.
 * Addresses are not sent as server names (RFC 6066), so for them a missing name is the right one.
 */
export function serverNameProblem(hello: ClientHello, host: Host, allowMissing: boolean): string | undefined {
  if (hello.serverName === undefined) {
    if (allowMissing || host.kind === 'address') return undefined;
    return `the TLS connection names no server; it has to name ${host.name}`;
  }
  const named = parseHost(hello.serverName);
  if ('host' in named && named.host.name === host.name) return undefined;
  const shown = 'host' in named ? named.host.name : 'something that is no name';
  return `the tunnel was opened for ${host.name}, but the TLS connection names ${shown}`;
}
