import { describe, expect, it } from 'vitest';

import { rolesUpTo, SCOPES, scopesToGive } from './roles.ts';

describe('what somebody may give to others (QA-4)', () => {
  it('is no role above the own one', () => {
    expect(rolesUpTo('viewer')).toEqual(['viewer']);
    expect(rolesUpTo('admin')).toEqual(['viewer', 'operator', 'admin']);
    expect(rolesUpTo('owner')).toContain('owner');
  });

  it('is what the role of the key gives and what one holds', () => {
    expect(scopesToGive('viewer', SCOPES)).toEqual(['runs:read']);
    expect(scopesToGive('operator', SCOPES)).toEqual(['runs:read', 'runs:write', 'runs:approve']);
    expect(scopesToGive('admin', ['runs:read', 'keys:admin'])).toEqual(['runs:read', 'keys:admin']);
    expect(scopesToGive('owner', [])).toEqual([]);
  });
});
