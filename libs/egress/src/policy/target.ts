import { type Host, hostText, parseHost } from './host.ts';

/** Where a request wants to go. */
export interface Target {
  readonly host: Host;
  readonly port: number;
}

/** A target with what follows it, or the reason why it cannot be read. */
export type ParsedTarget = { readonly target: Target; readonly path: string } | { readonly refused: string };

const AUTHORITY = /^(\[[^[\]]*\]|[^:[\]]*)(?::(\d{1,5}))?$/;

/**
 * Reads `host:port` as it came over the wire: bytes read as Latin-1, in which names that are not ASCII are UTF-8.
 * `defaultPort` stands in for a missing port; without one a port is demanded.
 */
export function parseAuthority(wire: string, defaultPort?: number): ParsedTarget {
  const text = Buffer.from(wire, 'latin1').toString('utf8');
  if (text.includes('@')) return { refused: 'user names and passwords in front of a host are not accepted' };
  const [, hostPart, portPart] = AUTHORITY.exec(text) ?? [];
  if (hostPart === undefined) return { refused: 'it is not of the form host:port' };
  const port = portPart === undefined ? defaultPort : Number(portPart);
  if (port === undefined) return { refused: 'the port is missing' };
  if (port < 1 || port > 65_535) return { refused: `${port} is not a port` };
  const parsed = parseHost(hostPart);
  return 'refused' in parsed ? parsed : { target: { host: parsed.host, port }, path: '' };
}

/** Reads the absolute form of a plain HTTP request to a proxy, `http://host:port/path?query`. The path is kept as it is. */
export function parseAbsoluteForm(url: string): ParsedTarget {
  const [, scheme, authority, rest] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^#]*)/i.exec(url) ?? [];
  if (scheme === undefined || authority === undefined) {
    return { refused: 'a request to a proxy names the whole address, http://host/path' };
  }
  const lower = scheme.toLowerCase();
  if (lower !== 'http' && lower !== 'ws') {
    return {
      refused: `${lower.slice(0, 20)}:// is not accepted here; https is tunnelled by CONNECT, other schemes are not supported`,
    };
  }
  const parsed = parseAuthority(authority, 80);
  if ('refused' in parsed) return parsed;
  const path = rest === undefined || rest === '' ? '/' : rest.startsWith('/') ? rest : `/${rest}`;
  return { target: parsed.target, path };
}

/** Whether both mean the same host and port. */
export function sameTarget(a: Target, b: Target): boolean {
  return a.port === b.port && a.host.kind === b.host.kind && a.host.name === b.host.name;
}

/** `host:port` for messages. */
export function targetText(target: Target): string {
  return `${hostText(target.host)}:${target.port}`;
}

/** The value of a Host header. */
export function hostHeader(target: Target): string {
  return target.port === 80 ? hostText(target.host) : targetText(target);
}
