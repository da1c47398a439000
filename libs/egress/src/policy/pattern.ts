import { parseHost } from './host.ts';
import { type Network, parseNetwork } from './network.ts';
import type { Target } from './target.ts';

/** The hosts that an entry of a list means. */
export type HostPattern =
  | { readonly kind: 'any' }
  | { readonly kind: 'exact'; readonly name: string }
  | { readonly kind: 'subdomains'; readonly suffix: string }
  | { readonly kind: 'network'; readonly network: Network };

/** An entry of a list: hosts, and the port if it names one. */
export interface Pattern {
  readonly hosts: HostPattern;
  readonly port: number | undefined;
}

/** An entry that was read, or the reason why it cannot be. */
export type ParsedPattern = { readonly pattern: Pattern } | { readonly refused: string };

const WITH_PORT = /^(?<hosts>\[.*\]|[^:]*):(?<port>\d{1,5})$/;

/** Reads `example.org`, `*.example.org`, `*`, an address or a network, each with `:port` if wished. */
export function parsePattern(text: string): ParsedPattern {
  const found = WITH_PORT.exec(text)?.groups;
  const port = found?.['port'] === undefined ? undefined : Number(found['port']);
  if (port !== undefined && (port < 1 || port > 65_535)) return { refused: `${port} is not a port` };
  const hosts = parseHosts(found?.['hosts'] ?? text);
  return 'refused' in hosts ? hosts : { pattern: { hosts, port } };
}

function parseHosts(text: string): HostPattern | { readonly refused: string } {
  if (text === '*') return { kind: 'any' };
  const network = parseNetwork(text.replace(/^\[(.*)\]$/, '$1'));
  if (network) return { kind: 'network', network };
  const wildcard = text.startsWith('*.');
  const parsed = parseHost(wildcard ? text.slice(2) : text);
  if ('refused' in parsed) return parsed;
  if (wildcard && parsed.host.kind === 'address') return { refused: 'an address has no subdomains' };
  if (wildcard) return { kind: 'subdomains', suffix: `.${parsed.host.name}` };
  return { kind: 'exact', name: parsed.host.name };
}

/** Whether the hosts of a pattern include this one, by its name alone: nothing is resolved. */
export function matchesHost(pattern: HostPattern, { host }: Target): boolean {
  switch (pattern.kind) {
    case 'any':
      return true;
    case 'exact':
      return host.name === pattern.name;
    case 'subdomains':
      return host.kind === 'name' && host.name.endsWith(pattern.suffix);
    case 'network':
      return host.kind === 'address' && pattern.network.contains(host.name);
  }
}
