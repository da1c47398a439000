import { describe, expect, it } from 'vitest';

import { egressOf } from './network.ts';

describe("E2B's network options (SB-3)", () => {
  it('asks for all that the operator allows where nothing is said', () => {
    expect(egressOf({})).toEqual({ deny: [] });
    expect(egressOf({ allow_internet_access: true })).toEqual({ deny: [] });
    expect(egressOf({ allowOut: ['pypi.org'] })).toEqual({ deny: [] });
  });

  it('asks for nothing where everything is denied', () => {
    expect(egressOf({ allow_internet_access: false })).toEqual({ allow: [], deny: [] });
    expect(egressOf({ denyOut: ['0.0.0.0/0'] })).toEqual({ allow: [], deny: [] });
  });

  it('asks for what is allowed, where the rest is denied', () => {
    expect(egressOf({ allowOut: ['pypi.org'], denyOut: ['0.0.0.0/0'] })).toEqual({ allow: ['pypi.org'], deny: [] });
  });

  it('keeps what is denied alone', () => {
    expect(egressOf({ allowOut: ['a.example'], denyOut: ['a.example', 'b.example'] })).toEqual({ deny: ['b.example'] });
  });

  it('refuses what it cannot do rather than doing without it', () => {
    expect(() => egressOf({ rules: { 'a.example': [{}] } })).toThrow(/not supported by Holdfast: network.rules/);
    expect(() => egressOf({ egressProxy: { address: 'x:1' } })).toThrow(/egressProxy/);
    expect(egressOf({ rules: {} })).toEqual({ deny: [] });
  });
});
