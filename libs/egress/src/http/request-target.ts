import type { IncomingMessage } from 'node:http';

import {
  parseAbsoluteForm,
  parseAuthority,
  type ParsedTarget,
  sameTarget,
  type Target,
  targetText,
} from '../policy/target.ts';
import { valuesOf } from './headers.ts';

/**
 * Where a plain HTTP request goes. The Host header must say the same: otherwise the decision would be on one name and
 * the server would answer for another.
 *
 * @param tunnel the target of the tunnel in which the request came, where requests name no host
 */
export function readRequestTarget(request: IncomingMessage, tunnel: Target | undefined): ParsedTarget {
  const url = request.url ?? '';
  const parsed: ParsedTarget = tunnel && url.startsWith('/') ? { target: tunnel, path: url } : parseAbsoluteForm(url);
  if ('refused' in parsed) return parsed;
  if (tunnel && !sameTarget(parsed.target, tunnel)) {
    return { refused: `the tunnel is for ${targetText(tunnel)}, but the request names another host` };
  }
  const hosts = valuesOf(request.rawHeaders, 'host');
  if (hosts.length > 1) return { refused: 'there is more than one Host header' };
  const [host] = hosts;
  if (host === undefined) return parsed;
  const named = parseAuthority(host, 80);
  if ('refused' in named || !sameTarget(named.target, parsed.target)) {
    return { refused: `the Host header names another host than ${targetText(parsed.target)}` };
  }
  return parsed;
}

/** Where a CONNECT request goes. */
export function readConnectTarget(request: IncomingMessage): ParsedTarget {
  return parseAuthority(request.url ?? '');
}
