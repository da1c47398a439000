import { isIP, isIPv4, isIPv6 } from 'node:net';

import ipaddr from 'ipaddr.js';

/** A host in its one canonical form: names in lower-case ASCII without the last dot, addresses as RFC 5952 writes them. */
export type Host =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'address'; readonly name: string };

/** A host, or the reason why the text is none that is dealt with. */
export type ParsedHost = { readonly host: Host } | { readonly refused: string };

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
const LONGEST_TEXT = 1024;
const LONGEST_NAME = 253;

/**
 * Reads a host as it stands in a request or in the configuration, IPv6 addresses in brackets.
 *
 * The URL parser of the platform does the normalising: upper case, internationalised names, full-width digits, and the
 * IPv4 notations that `inet_aton` reads (`2130706433`, `0x7f.1`, `0177.0.0.1`). Those notations are refused, with the
 * address that they hide: nobody writes them who means well.
 */
export function parseHost(text: string): ParsedHost {
  if (text === '') return { refused: 'there is no host' };
  if (text.length > LONGEST_TEXT) return { refused: 'the host is longer than any name can be' };
  if (text.startsWith('[') || text.endsWith(']')) return parseBracketed(text);
  if (text.includes('@')) return { refused: 'user names and passwords in front of a host are not accepted' };
  // A URL parser would decode, cut or skip these, and whoever reads the text later might not.
  if (/[\p{Cc}\s%:/\\?#[\]<>^|`{}"*]/u.test(text)) return { refused: 'the host has characters that no host has' };
  const parsed = URL.parse(`http://${text}/`);
  if (!parsed || parsed.hostname === '') return { refused: 'the host is neither a valid name nor a valid address' };
  const { hostname } = parsed;
  if (isIPv4(hostname)) {
    if (hostname === text) return { host: { kind: 'address', name: hostname } };
    return { refused: `it is an unusual notation of the address ${hostname}; write the address in plain decimal form` };
  }
  const name = hostname.endsWith('.') ? hostname.slice(0, -1) : hostname;
  if (name.length > LONGEST_NAME || !name.split('.').every((label) => LABEL.test(label))) {
    return { refused: 'the host is not a valid name' };
  }
  return { host: { kind: 'name', name } };
}

function parseBracketed(text: string): ParsedHost {
  const inner = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : '';
  if (inner.includes('%')) return { refused: 'IPv6 addresses with a zone are not accepted' };
  if (!isIPv6(inner)) return { refused: 'what stands in brackets is not an IPv6 address' };
  return { host: { kind: 'address', name: canonicalAddress(inner) } };
}

/** An IPv4 or IPv6 address in the one form in which addresses are compared. `address` must be valid. */
export function canonicalAddress(address: string): string {
  return isIP(address) === 6 ? ipaddr.IPv6.parse(address).toRFC5952String() : address;
}

/** The host as it stands in a URL or an authority: IPv6 addresses in brackets. */
export function hostText(host: Host): string {
  return host.name.includes(':') ? `[${host.name}]` : host.name;
}
