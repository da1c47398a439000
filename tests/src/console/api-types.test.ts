import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { API_TYPES, currentTypes } from './generate-api.ts';
import { typesOf } from './openapi-types.ts';

describe('the API client of the console', () => {
  it('is made from the OpenAPI document as it is now (else: node tests/src/console/generate-api.ts)', async () => {
    expect(await currentTypes()).toBe(readFileSync(API_TYPES, 'utf8'));
  });

  it('writes references, unions, null and optional fields as TypeScript has them', () => {
    const text = typesOf({
      components: {
        schemas: {
          One: {
            type: 'object',
            required: ['a'],
            properties: {
              a: { anyOf: [{ $ref: '#/components/schemas/Two' }, { type: 'null' }] },
              b: { enum: ["it's", 1] },
              c: { type: 'array', items: { type: ['string', 'null'] } },
            },
          },
          Two: { type: 'object', additionalProperties: { type: 'integer' } },
        },
      },
      paths: {},
    });
    expect(text).toContain(
      `One: { "a": components['schemas']['Two'] | null; "b"?: 'it\\'s' | 1; "c"?: (string | null)[] };`,
    );
    expect(text).toContain('Two: Record<string, number>;');
  });
});
