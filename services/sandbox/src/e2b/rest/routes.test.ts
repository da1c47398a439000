import { describe, expect, it } from 'vitest';

import { insightRoutes } from './insight-routes.ts';
import { findRoute, type Route } from './routes.ts';
import { sandboxRoutes } from './sandbox-routes.ts';
import { templateRoutes } from './template-routes.ts';
import { unsupportedRoutes } from './unsupported-routes.ts';

const ROUTES: readonly Route[] = [...insightRoutes, ...sandboxRoutes, ...templateRoutes, ...unsupportedRoutes];
const found = (method: string, path: string) => findRoute(ROUTES, method, path);

describe('routes of the control plane (SB-1)', () => {
  it('tells fixed paths from names', () => {
    expect(found('GET', '/sandboxes/metrics')?.route.path).toBe('/sandboxes/metrics');
    expect(found('GET', '/sandboxes/iabc')).toMatchObject({
      route: { path: '/sandboxes/{sandboxID}' },
      params: { sandboxID: 'iabc' },
    });
    expect(found('DELETE', '/templates/a%3Adefault')?.params).toEqual({ templateID: 'a:default' });
  });

  it('knows what is not supported, below every path of it', () => {
    for (const [method, path] of [
      ['POST', '/v3/templates'],
      ['POST', '/v2/templates/x/builds/y'],
      ['GET', '/volumes'],
      ['DELETE', '/secrets/x'],
      ['GET', '/teams'],
    ] as const) {
      expect(found(method, path)?.route.method).toBe('*');
    }
  });

  it('finds nothing else', () => {
    expect(found('GET', '/nothing')).toBeUndefined();
    expect(found('PATCH', '/sandboxes/iabc')).toBeUndefined();
    expect(found('GET', '/sandboxes/iabc/')).toBeUndefined();
  });
});
