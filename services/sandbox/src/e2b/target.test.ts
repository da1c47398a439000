import { describe, expect, it } from 'vitest';

import { targetOf } from './target.ts';

const at = { prefix: '/e2b', domain: 'sandbox.example:8443' };
const target = (url: string, headers: Record<string, string> = {}) => targetOf({ url, headers }, at);

describe('where a request of an E2B SDK goes (SB-1)', () => {
  it('knows a sandbox and its port by the host', () => {
    expect(target('/x?y=1', { host: '8000-iabc.sandbox.example' })).toEqual({
      kind: 'sandbox',
      id: 'iabc',
      port: 8000,
      path: '/x?y=1',
    });
    expect(target('/e2b/x', { host: '8000-iabc.SANDBOX.example:8443' })).toMatchObject({ path: '/e2b/x' });
  });

  it('knows it by the headers, at envd where they name no port', () => {
    expect(target('/e2b/health', { 'e2b-sandbox-id': 'iabc' })).toEqual({
      kind: 'sandbox',
      id: 'iabc',
      port: 49983,
      path: '/health',
    });
    expect(target('/e2b/', { 'e2b-sandbox-id': 'iabc', 'e2b-sandbox-port': '80' })).toMatchObject({ port: 80 });
    expect(target('/health', { 'e2b-sandbox-id': 'iabc', host: 'sandbox.sandbox.example' })).toMatchObject({
      kind: 'sandbox',
    });
  });

  it('knows the control plane by the prefix or by its host', () => {
    expect(target('/e2b/sandboxes?x=1')).toEqual({ kind: 'api', path: '/sandboxes?x=1' });
    expect(target('/sandboxes', { host: 'api.sandbox.example' })).toEqual({ kind: 'api', path: '/sandboxes' });
  });

  it('takes a signed file without a prefix, since the SDKs drop the path of the address', () => {
    expect(target('/files?path=a&signature=v1_x')).toEqual({ kind: 'signed', path: '/files?path=a&signature=v1_x' });
  });

  it('leaves everything else to others', () => {
    expect(target('/')).toBeUndefined();
    expect(target('/e2bx')).toBeUndefined();
    expect(target('/files?path=a')).toBeUndefined();
    expect(target('/', { host: '8000-iabc.elsewhere.example' })).toBeUndefined();
  });
});
