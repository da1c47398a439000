import { readFileSync } from 'node:fs';

import { HoldfastError } from '@holdfast/protocol';
import { describe, expect, it } from 'vitest';

import { rules } from '../testing.ts';
import { type AllowEntry, compilePolicy, decide, type EgressRules, narrowPolicy } from './policy.ts';
import { PRESETS } from './presets.ts';
import { parseAuthority } from './target.ts';

function verdict(allow: readonly AllowEntry[], authority: string, more: Partial<EgressRules> = {}) {
  const parsed = parseAuthority(authority);
  if ('refused' in parsed) throw new Error(parsed.refused);
  return decide(compilePolicy(rules(allow, more), 'sandbox.egress'), parsed.target);
}
const allows = (...args: Parameters<typeof verdict>) => verdict(...args).verdict === 'allow';

describe('the egress policy (SB-3)', () => {
  it('denies everything when nothing is allowed, and names the key', () => {
    expect(verdict([], 'example.org:443')).toEqual({
      verdict: 'deny',
      rule: 'default',
      reason: 'example.org:443 is not in sandbox.egress.allow',
      key: 'sandbox.egress.allow',
    });
  });

  it('allows an exact name on ports 80 and 443, and nothing that only looks like it', () => {
    for (const port of [80, 443]) expect(allows(['Example.org.'], `EXAMPLE.ORG:${port}`)).toBe(true);
    for (const other of [
      'www.example.org:443',
      'example.org.evil.test:443',
      'notexample.org:443',
      'example.or:443',
      'org:443',
      'example.org:22',
    ]) {
      expect(allows(['example.org'], other)).toBe(false);
    }
    expect(verdict(['example.org'], 'example.org:22')).toMatchObject({
      reason: expect.stringContaining('not for port 22'),
    });
  });

  it('allows subdomains by *., of any depth, and not the domain itself', () => {
    for (const name of ['a.example.org', 'a.b.example.org'])
      expect(allows(['*.example.org'], `${name}:443`)).toBe(true);
    for (const name of ['example.org', 'aexample.org', 'a.example.org.evil.test', '93.184.216.34']) {
      expect(allows(['*.example.org'], `${name}:443`)).toBe(false);
    }
  });

  it('allows one port when an entry names one', () => {
    expect(allows(['example.org:8443'], 'example.org:8443')).toBe(true);
    expect(allows(['example.org:8443'], 'example.org:443')).toBe(false);
    expect(allows(['[2001:db8::1]:8443'], '[2001:DB8::1]:8443')).toBe(true);
    expect(allows(['*:8443'], 'anything.test:8443')).toBe(true);
  });

  it('allows every public host by *, on the usual ports', () => {
    for (const target of ['example.org:443', '93.184.216.34:80', '[2606:2800::1]:443'])
      expect(allows(['*'], target)).toBe(true);
    expect(allows(['*'], 'example.org:22')).toBe(false);
  });

  it('knows names in their own script and in ASCII as the same', () => {
    expect(allows(['bücher.example'], 'xn--bcher-kva.example:443')).toBe(true);
    expect(allows(['*.xn--bcher-kva.example'], `${Buffer.from('a.BÜCHER.example').toString('latin1')}:443`)).toBe(true);
  });

  it('allows addresses by networks', () => {
    expect(allows(['93.184.216.0/24'], '93.184.216.34:443')).toBe(true);
    expect(allows(['93.184.216.0/24'], '93.184.217.34:443')).toBe(false);
    expect(allows(['93.184.216.0/24'], 'example.org:443')).toBe(false);
  });

  it.each(Object.entries(PRESETS))('allows the hosts of the preset %s, and names it in the record', (preset, names) => {
    for (const name of names)
      expect(verdict([preset], `${name}:443`)).toMatchObject({ verdict: 'allow', rule: preset });
    expect(allows([preset], 'example.org:443')).toBe(false);
    expect(allows([preset], `evil.${names[0]}:443`)).toBe(false);
  });

  it('has its presets in docs/egress.md', () => {
    const page = readFileSync(new URL('../../../../docs/egress.md', import.meta.url), 'utf8');
    const documented = [...page.matchAll(/^\| `(\w+)` \| (`[^|]*`)/gm)].map(([, name, hosts = '']) => [
      name,
      [...hosts.matchAll(/`([^`]+)`/g)].map(([, host]) => host),
    ]);
    expect(Object.fromEntries(documented.filter(([name]) => String(name) in PRESETS))).toEqual(PRESETS);
  });

  it('lets denials win, on every port unless they name one', () => {
    const deny = ['bad.example.org', '*.evil.test', 'half.test:80', '203.0.113.0/24'];
    for (const target of [
      'bad.example.org:443',
      'bad.example.org:8443',
      'a.evil.test:443',
      'half.test:80',
      '203.0.113.7:443',
    ]) {
      expect(verdict(['*', '*:8443'], target, { deny })).toMatchObject({ verdict: 'deny', key: 'sandbox.egress.deny' });
    }
    for (const target of ['good.example.org:443', 'evil.test:443', 'half.test:443']) {
      expect(allows(['*'], target, { deny })).toBe(true);
    }
  });

  it('allows raw tunnels only where an entry says so', () => {
    expect(verdict([{ host: 'git.test:22', raw: true }], 'git.test:22')).toMatchObject({ raw: true });
    expect(verdict(['git.test:22'], 'git.test:22')).toMatchObject({ raw: false });
    expect(verdict(['git.test:22', { host: 'git.test:22', raw: true }], 'git.test:22')).toMatchObject({ raw: true });
  });

  it('never allows more when a denial is added, nor less when an entry is', () => {
    const entries = ['example.org', '*.example.org', '*', 'a.example.org:8443', 'pypi', '93.184.216.0/24'];
    const targets = [
      'example.org:443',
      'a.example.org:8443',
      'b.a.example.org:80',
      'pypi.org:443',
      '93.184.216.34:80',
      'x.test:22',
    ];
    for (const first of entries) {
      for (const second of entries) {
        for (const target of targets) {
          const alone = allows([first], target);
          expect(allows([first, second], target)).toBe(alone || allows([second], target));
          if (second !== 'pypi' && !alone) expect(allows([first], target, { deny: [second] })).toBe(false);
        }
      }
    }
  });

  it.each([
    [{ allow: ['http://example.org/'] }, 'sandbox.egress.allow'],
    [{ allow: ['*example.org'] }, 'sandbox.egress.allow'],
    [{ allow: ['a.*.org'] }, 'sandbox.egress.allow'],
    [{ allow: ['0x7f.1'] }, 'sandbox.egress.allow'],
    [{ allow: ['*.127.0.0.1'] }, 'sandbox.egress.allow'],
    [{ allow: ['10.0.0.0/33'] }, 'sandbox.egress.allow'],
    [{ allow: ['example.org:0'] }, 'sandbox.egress.allow'],
    [{ allow: [{ host: 'git.test', raw: true }] }, 'sandbox.egress.allow'],
    [{ deny: [''] }, 'sandbox.egress.deny'],
    [{ allow_private: ['*'] }, 'sandbox.egress.allow_private'],
  ])('refuses the entry in %j, naming %s', (wrong, key) => {
    let problem: unknown;
    try {
      compilePolicy(rules([], wrong), 'sandbox.egress');
    } catch (error) {
      problem = error;
    }
    expect(HoldfastError.has(problem, 'CONFIG_INVALID') && problem.details).toEqual({ key });
  });
});

describe('a policy that narrows another one (SB-3)', () => {
  const wide = compilePolicy(
    rules(['*.example.org', 'db.example.org:5432', { host: 'git.example.org:22', raw: true }], {
      deny: ['secret.example.org'],
      allow_no_sni: true,
    }),
    'operator',
  );
  const narrowed = (allow: string[] | undefined, deny: string[], authority: string) => {
    const parsed = parseAuthority(authority);
    if ('refused' in parsed) throw new Error(parsed.refused);
    return decide(narrowPolicy(wide, allow === undefined ? { deny } : { allow, deny }, 'own'), parsed.target);
  };

  it('allows nothing that the wider one does not', () => {
    for (const allow of [undefined, ['*'], ['example.com', 'secret.example.org', 'a.example.org:22']]) {
      expect(narrowed(allow, [], 'example.com:443')).toMatchObject({ verdict: 'deny', key: 'operator.allow' });
      expect(narrowed(allow, [], 'secret.example.org:443')).toMatchObject({ verdict: 'deny', key: 'operator.deny' });
      expect(narrowed(allow, [], 'a.example.org:22')).toMatchObject({ verdict: 'deny', key: 'operator.allow' });
    }
  });

  it('refuses what it does not name itself, or denies', () => {
    expect(narrowed(['b.example.org'], [], 'a.example.org:443')).toMatchObject({ verdict: 'deny', key: 'own.allow' });
    expect(narrowed([], [], 'a.example.org:443')).toMatchObject({ verdict: 'deny', key: 'own.allow' });
    expect(narrowed(undefined, ['a.example.org'], 'a.example.org:443')).toMatchObject({ key: 'own.deny' });
    expect(narrowed(['b.example.org:80'], [], 'b.example.org:443')).toMatchObject({
      verdict: 'deny',
      key: 'own.allow',
    });
  });

  it('leaves ports and kinds of tunnels to the wider one where it names none', () => {
    for (const allow of [undefined, ['*'], ['git.example.org', 'db.example.org']]) {
      expect(narrowed(allow, [], 'git.example.org:22')).toMatchObject({ verdict: 'allow', raw: true });
      expect(narrowed(allow, [], 'db.example.org:5432')).toMatchObject({ verdict: 'allow', raw: false });
    }
    expect(narrowPolicy(wide, { deny: [] }, 'own')).toMatchObject({ allowNoSni: true });
  });
});
