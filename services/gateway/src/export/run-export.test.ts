import { readFile } from 'node:fs/promises';

import { expect, it } from 'vitest';

import { exportJsonSchema } from './run-export.ts';
import { EXPORT_TEXTS } from './texts.ts';

it('is published as JSON Schema as it is (run publish-schema.ts after a change)', async () => {
  const published = await readFile(new URL('../../../../docs/schemas/run-export-v1.json', import.meta.url), 'utf8');
  expect(published).toBe(exportJsonSchema());
});

it('has all words in both languages', () => {
  const { en, zh } = EXPORT_TEXTS;
  for (const [name, english] of Object.entries(en)) {
    const chinese: unknown = zh[name as keyof typeof zh];
    if (typeof english === 'object') expect(Object.keys(chinese as object)).toEqual(Object.keys(english));
    if (typeof english === 'string') expect(chinese).not.toBe('');
  }
});
