import { readFile } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { referenceTable, withReference } from './reference.ts';
import { configSpec } from './schema.ts';

/** Without the padding that a formatter puts into tables. */
function plain(text: string): string {
  return text.replaceAll(/ +/g, ' ').replaceAll(/\| ?-+ ?(?=\|)/g, '|---');
}

describe('docs/configuration.md', () => {
  it('has every key (if not: node apps/holdfast/src/config/write-reference.ts)', async () => {
    const page = await readFile(new URL('../../../../docs/configuration.md', import.meta.url), 'utf8');
    expect(plain(withReference(page, configSpec({}).schema))).toBe(plain(page));
  });

  it('names the variable, the default and the choices', () => {
    const schema = z.strictObject({
      a: z.strictObject({ b_c: z.enum(['x', 'y']).default('x').describe('Which | one.') }),
    });
    expect(referenceTable(schema)).toContain(
      '| `a.b_c` | `HOLDFAST_A__B_C` | `"x"` | Which \\| one. One of `x`, `y`. |',
    );
  });
});
