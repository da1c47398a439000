import { isIP } from 'node:net';

import ipaddr from 'ipaddr.js';

/** A network in CIDR notation, or one address. */
export interface Network {
  readonly text: string;
  readonly contains: (address: string) => boolean;
}

/** Reads `10.1.0.0/16`, `fd12::/48`, `10.1.2.3` or `fd12::1`. Undefined when it is none of them. */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return undefined;
  const full = version === 4 ? 32 : 128;
  const length = bits === undefined ? full : Number(bits);
  if (length > full) return undefined;
  const network = ipaddr.parse(address);
  return {
    text,
    contains: (candidate) => {
      const other = ipaddr.parse(candidate);
      return other.kind() === network.kind() && other.match(network, length);
    },
  };
}
