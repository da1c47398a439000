import { HoldfastError } from '@holdfast/protocol';
import { expect, test } from 'vitest';
import { z } from 'zod';

import { jsonSchemaInput, zodInput } from './input.ts';

const SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  properties: { city: { type: 'string', format: 'city' }, days: { type: 'integer', minimum: 1 } },
  required: ['city'],
  additionalProperties: false,
};

test('arguments are checked by a JSON Schema of somebody else (TL-5)', () => {
  const input = jsonSchemaInput(SCHEMA);
  expect(input.schema).not.toHaveProperty('$schema');
  expect(input.parse({ city: 'Bern', days: 2 })).toEqual({ args: { city: 'Bern', days: 2 } });
  expect(input.parse({ days: 2 }).problem).toMatch(/city.*It takes city, days \(optional\)\.$/);
  expect(input.parse({ city: 'Bern', days: 0 }).problem).toContain('days: must be >= 1');
  expect(input.parse({ city: 'Bern', other: 1 }).problem).toContain('additional properties');
});

test('what is no schema is refused when the tool is made', () => {
  for (const bad of [{ type: 'thing' }, { properties: 7 }, { required: 'city' }]) {
    expect(() => jsonSchemaInput(bad)).toThrow(HoldfastError);
  }
});

test('a schema that names another document is told when it is used', () => {
  const input = jsonSchemaInput({ type: 'object', properties: { a: { $ref: 'https://example.com/a.json' } } });
  expect(input.parse({ a: 1 }).problem).toContain('cannot be used');
});

test('zod fills in defaults, and says what it takes', () => {
  const input = zodInput(z.strictObject({ path: z.string(), depth: z.number().default(3) }));
  expect(input.parse({ path: 'a' })).toEqual({ args: { path: 'a', depth: 3 } });
  expect(input.parse({}).problem).toContain('It takes path, depth (optional).');
  expect(input.schema).toMatchObject({ type: 'object', required: ['path'] });
});
