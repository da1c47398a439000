import { describe, expect, it } from 'vitest';

import { rules } from '../testing.ts';
import { compilePolicy, type EgressPolicy, type EgressRules, narrowPolicy } from './policy.ts';
import { parseAuthority, type Target } from './target.ts';
import { vetAddresses } from './vet.ts';

function vet(answers: readonly string[], more: Partial<EgressRules> = {}, own: readonly string[] = []) {
  const parsed = parseAuthority('host.test:443');
  if ('refused' in parsed) throw new Error(parsed.refused);
  return vetAddresses(compilePolicy(rules(['*'], more), 'sandbox.egress'), parsed.target, answers, new Set(own));
}
const passes = (...args: Parameters<typeof vet>) => 'addresses' in vet(...args);

const NEVER = [
  ['link-local', '169.254.169.254'],
  ['link-local', '169.254.0.1'],
  ['link-local', 'fe80::1'],
  ['link-local', 'febf::1'],
  ['metadata', '100.100.100.200'],
  ['metadata', '168.63.129.16'],
  ['metadata', '192.0.0.192'],
  ['metadata', 'fd00:ec2::254'],
  ['metadata', 'fd20:ce::254'],
  ['this network', '0.0.0.0'],
  ['this network', '0.1.2.3'],
  ['multicast', '224.0.0.1'],
  ['multicast', '239.255.255.255'],
  ['multicast', 'ff02::1'],
  ['reserved', '240.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ['documentation', '192.0.2.1'],
  ['documentation', '198.51.100.1'],
  ['documentation', '203.0.113.1'],
  ['documentation', '2001:db8::1'],
  ['documentation', '3fff::1'],
  ['benchmarks', '198.18.0.1'],
  ['benchmarks', '2001:2::1'],
  ['protocol assignments', '192.0.0.1'],
  ['6to4 relays', '192.88.99.1'],
  ['unspecified', '::'],
  ['IPv4-mapped', '::ffff:127.0.0.1'],
  ['IPv4-mapped', '::ffff:93.184.216.34'],
  ['IPv4-mapped', '::ffff:a9fe:a9fe'],
  ['IPv4-compatible', '::127.0.0.1'],
  ['IPv4-compatible', '::a9fe:a9fe'],
  ['IPv4-translated', '::ffff:0:127.0.0.1'],
  ['6to4', '2002:7f00:1::'],
  ['6to4', '2002:a9fe:a9fe::1'],
  ['Teredo', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
  ['NAT64 of loopback', '64:ff9b::127.0.0.1'],
  ['NAT64 of link-local', '64:ff9b::a9fe:a9fe'],
  ['NAT64 of private', '64:ff9b::10.0.0.1'],
  ['NAT64 of own choice', '64:ff9b:1::1'],
  ['site-local', 'fec0::1'],
  ['discard', '100::1'],
  ['segment routing', '5f00::1'],
  ['not allocated', '4000::1'],
  ['ORCHID', '2001:20::1'],
] as const;

const PRIVATE = [
  '127.0.0.1',
  '127.255.255.254',
  '::1',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '100.64.0.1',
  '100.127.255.255',
  'fc00::1',
  'fd12:3456::1',
];

const PUBLIC_ADDRESSES = [
  '93.184.216.34',
  '1.1.1.1',
  '172.15.255.255',
  '172.32.0.1',
  '100.63.255.255',
  '100.128.0.1',
  '169.253.0.1',
  '2606:2800:220:1::1',
  '64:ff9b::93.184.216.34',
];

describe('vetting of addresses (SB-3, QA-4)', () => {
  it.each(PUBLIC_ADDRESSES)('lets %s through', (address) => {
    expect(passes([address])).toBe(true);
  });

  it.each(PRIVATE)('refuses %s, which is private, and lets it through only where allow_private names it', (address) => {
    expect(vet([address])).toMatchObject({ rule: 'address', key: 'sandbox.egress.allow_private' });
    for (const exception of [address, 'host.test', '*.test', 'host.test:443']) {
      expect(passes([address], { allow_private: [exception] })).toBe(true);
    }
    for (const exception of ['other.test', 'host.test:80', '192.0.2.0/24']) {
      expect(passes([address], { allow_private: [exception] })).toBe(false);
    }
  });

  it.each(NEVER)('refuses %s (%s), whatever the configuration excepts', (_what, address) => {
    const allow_private = ['0.0.0.0/0', '::/0', '169.254.0.0/16', 'host.test', '*.test', address];
    expect(vet([address])).toMatchObject({ rule: 'address', reason: expect.stringContaining('never allowed') });
    expect(passes([address], { allow_private })).toBe(false);
  });

  it('refuses a name with one bad answer among good ones, wherever it stands', () => {
    for (const bad of [...NEVER.map(([, address]) => address), ...PRIVATE]) {
      expect(passes(['93.184.216.34', bad])).toBe(false);
      expect(passes([bad, '93.184.216.34'])).toBe(false);
    }
  });

  it('refuses every address of the reserved networks, taken at random, and every way to write it in IPv6', () => {
    const networks = [
      [0, 8],
      [10, 8],
      [127, 8],
      [0xa9fe, 16],
      [0xac1, 12],
      [0xc0a8, 16],
      [0xc00002, 24],
      [0xe, 4],
      [0xf, 4],
      [0x191, 10],
    ] as const;
    let seed = 3;
    for (let round = 0; round < 5_000; round += 1) {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      const [prefix, bits] = networks[round % networks.length] ?? [0, 8];
      const value = (prefix * 2 ** (32 - bits) + (seed % 2 ** (32 - bits))) >>> 0;
      const address = [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
      for (const form of [address, `::ffff:${address}`, `::${address}`, `64:ff9b::${address}`]) {
        expect(passes([form]), form).toBe(false);
      }
    }
  });

  it('refuses the public addresses of this machine unless they are excepted', () => {
    expect(vet(['93.184.216.34'], {}, ['93.184.216.34'])).toMatchObject({
      reason: expect.stringContaining('of this machine'),
    });
    expect(passes(['93.184.216.34'], { allow_private: ['93.184.216.34'] }, ['93.184.216.34'])).toBe(true);
  });

  it('refuses addresses that a denied network holds, also behind a name', () => {
    expect(vet(['93.184.216.34'], { deny: ['93.184.0.0/16'] })).toMatchObject({
      rule: '93.184.0.0/16',
      key: 'sandbox.egress.deny',
    });
  });

  it('refuses what a wider policy denies, and never allows more private addresses than that', () => {
    const wide = compilePolicy(rules(['*'], { deny: ['93.184.0.0/16'], allow_private: ['10.0.0.0/8'] }), 'operator');
    const own = compilePolicy(rules(['*'], { allow_private: ['192.168.0.0/16', '10.0.0.0/8'] }), 'own');
    const target: Target = { host: { kind: 'name', name: 'host.test' }, port: 443 };
    const vetted = (policy: EgressPolicy, address: string) => vetAddresses(policy, target, [address], new Set());
    for (const policy of [narrowPolicy(wide, { allow: ['host.test'], deny: [] }, 'own'), { ...own, within: wide }]) {
      expect(vetted(policy, '93.184.216.34')).toMatchObject({ key: 'operator.deny' });
      expect(vetted(policy, '192.168.0.1')).toMatchObject({ key: 'operator.allow_private' });
      expect(vetted(policy, '10.0.0.1')).toEqual({ addresses: ['10.0.0.1'] });
    }
  });

  it('refuses answers that are no addresses, and no answer at all', () => {
    for (const answers of [[], [''], ['localhost'], ['127.1'], ['fe80::1%1'], ['93.184.216.34', 'x']])
      expect(passes(answers)).toBe(false);
  });
});
