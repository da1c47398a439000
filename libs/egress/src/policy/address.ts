import ipaddr from 'ipaddr.js';

/** What an address is, and whether a sandbox may be let to it. */
export interface AddressClass {
  /** For messages: "a loopback address". */
  readonly what: string;
  /** `public`: may be dialled; `private`: only where `allow_private` names it; `never`: not at all. */
  readonly reach: 'public' | 'private' | 'never';
}

const PUBLIC: AddressClass = { what: 'a public address', reach: 'public' };
const METADATA: AddressClass = { what: "an address of a cloud's metadata service", reach: 'never' };

/**
 * Where clouds answer with credentials. Some lie outside the link-local network: Alibaba, Azure's host agent, Oracle,
 * and the IPv6 addresses of AWS and Google.
 */
const METADATA_ADDRESSES = new Set([
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  'fd00:ec2::254',
  'fd20:ce::254',
]);

const PRIVATE_RANGES: Readonly<Record<string, string>> = {
  loopback: 'a loopback address',
  private: 'a private address (RFC 1918)',
  carrierGradeNat: 'a shared address of a provider (RFC 6598)',
  uniqueLocal: 'a private address (RFC 4193)',
};

const NEVER_RANGES: Readonly<Record<string, string>> = {
  linkLocal: 'a link-local address',
  multicast: 'a multicast address',
  broadcast: 'the broadcast address',
  unspecified: 'an address of "this network"',
  ipv4Mapped: 'an IPv4 address in IPv6 notation',
  '6to4': 'a 6to4 address',
  teredo: 'a Teredo address',
};

const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** Says what `address` is. What is not known to be public is refused. `address` must be valid. */
export function classifyAddress(address: string): AddressClass {
  const parsed = ipaddr.parse(address);
  if (
    METADATA_ADDRESSES.has(parsed.kind() === 'ipv6' ? (parsed as ipaddr.IPv6).toRFC5952String() : parsed.toString())
  ) {
    return METADATA;
  }
  if (parsed.kind() === 'ipv6') {
    const six = parsed as ipaddr.IPv6;
    // DNS64 makes such addresses on networks without IPv4: what counts is the IPv4 address inside.
    if (six.match(NAT64)) return classifyNat64(six);
    if (six.range() === 'unicast' && !six.match(GLOBAL_UNICAST)) {
      return { what: 'an IPv6 address that is not global', reach: 'never' };
    }
  }
  const range: string = parsed.range();
  if (range === 'unicast') return PUBLIC;
  const restricted = PRIVATE_RANGES[range];
  if (restricted !== undefined) return { what: restricted, reach: 'private' };
  return { what: NEVER_RANGES[range] ?? 'a reserved address', reach: 'never' };
}

function classifyNat64(address: ipaddr.IPv6): AddressClass {
  const embedded = ipaddr.fromByteArray(address.toByteArray().slice(12)).toString();
  const inner = classifyAddress(embedded);
  if (inner.reach === 'public') return PUBLIC;
  return { what: `a translated address (NAT64) of ${embedded}, ${inner.what}`, reach: 'never' };
}
