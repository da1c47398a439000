import { EVENT_TYPES } from '@holdfast/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { createApp } from '../gateway.ts';
import { call, startGateway, testDeps, type TestGateway } from '../testing.ts';

type Json = { [key: string]: Json } & Json[] & string;

let test: TestGateway;
let document: {
  openapi: string;
  paths: Record<string, Record<string, Json>>;
  components: { schemas: Record<string, Json> };
  servers: unknown;
};

beforeAll(async () => {
  test = await startGateway();
  document = (await call(`${test.url}/api/v1/openapi.json`, { key: test.ownerKey })).json();
});
afterAll(() => test.close());

/** Every value of a field of this name, however deep. */
function all(value: unknown, name: string): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => [...(key === name ? [one] : []), ...all(one, name)]);
}

describe('the OpenAPI document', () => {
  it('is of version 3.1 and names the address of the server', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.servers).toEqual([{ url: test.url }]);
  });

  it('has every route, each with its answers', async () => {
    const { deps, remove } = await testDeps();
    const { app, routes } = await createApp(deps);
    await app.close();
    await remove();
    const shown = routes.filter(({ hidden }) => !hidden);
    expect(shown.length).toBeGreaterThan(25);
    for (const { method, url } of shown) {
      const path = url.replaceAll(/:(\w+)/g, '{$1}').replace('*', '{*}');
      const operation = document.paths[path]?.[method.toLowerCase()];
      expect([method, path, operation === undefined]).toEqual([method, path, false]);
      expect(operation?.['summary']).toMatch(/./);
      const answers = Object.keys(operation?.['responses'] ?? {});
      expect(answers).toContain('default');
      expect(answers.some((status) => status.startsWith('2'))).toBe(true);
      for (const [, name] of path.matchAll(/\{(.+?)\}/g)) {
        const parameters = operation?.['parameters'] ?? [];
        expect([path, name, parameters.some((one) => one['name'] === name && one['in'] === 'path')]).toEqual([
          path,
          name,
          true,
        ]);
      }
    }
    const hidden = routes.filter((route) => route.hidden && route.url.startsWith('/api/'));
    expect(hidden.map(({ url }) => url)).toEqual(['/api/v1/openapi.json']);
  });

  it('refers to nothing that is not there, and holds schemas that can be read as JSON Schema', () => {
    const references = all(document, '$ref');
    expect(references).toContain('#/components/schemas/Run');
    expect(references).toContain('#/components/schemas/ErrorResponse');
    for (const reference of references) {
      const name = /^#\/components\/schemas\/(\w+)$/.exec(String(reference))?.[1] ?? '';
      expect([reference, Object.keys(document.components.schemas).includes(name)]).toEqual([reference, true]);
    }
    const names = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`);
    expect(new Set(references)).toEqual(new Set(names));
    const { Usage } = document.components.schemas;
    const usage = z.fromJSONSchema(Usage as unknown as z.core.JSONSchema.JSONSchema);
    const one = { input_tokens: 1, output_tokens: 1, cached_input_tokens: 0, cost_usd: 0, cost_unknown: false };
    expect(usage.safeParse(one).success).toBe(true);
    expect(usage.safeParse({ ...one, cost_usd: 'x' }).success).toBe(false);
  });

  it('has the event stream with its vocabulary (AG-4)', () => {
    const operation = document.paths['/api/v1/runs/{id}/events']?.['get'];
    const schema = operation?.['responses']?.['200']?.['content']?.['text/event-stream']?.['schema'];
    expect(schema?.['properties']?.['event']?.['enum']).toEqual([...EVENT_TYPES]);
    expect(operation?.['parameters']?.map((one) => one['name'])).toEqual(
      expect.arrayContaining(['last-event-id', 'after', 'flow', 'id']),
    );
  });
});

describe('the API reference', () => {
  it('is served whole from here, under a policy that lets nothing else in', async () => {
    const page = await call(`${test.url}/docs`, { key: test.ownerKey });
    const sources = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source ?? '');
    expect(sources).toEqual(['/docs/reference.js', '/docs/start.js']);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/https?:|unsafe-eval|script-src[^;]*unsafe-inline/);
    for (const source of sources) {
      const script = await call(test.url + source);
      expect([script.status, script.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
    }
    expect((await call(`${test.url}/docs/reference.js`)).text).toContain('createApiReference');
  });
});
