import { REDACTED } from '@holdfast/telemetry';
import { describe, expect, it } from 'vitest';

import { auditDetail } from './detail.ts';

const of = (body: unknown, fields: readonly string[]): unknown => JSON.parse(auditDetail(body, fields));

describe('what the audit log keeps of a body (QA-4)', () => {
  it('is what is named, and nothing else', () => {
    expect(of({ name: 'x', current: 'my password' }, ['name', 'role'])).toEqual({ name: 'x' });
    expect(of({ name: 'x' }, [])).toEqual({});
  });

  it.each([null, undefined, 'text', 7, []])('is nothing where the body is %j', (body) => {
    expect(of(body, ['0', 'length', 'name'])).toEqual({});
  });

  it('holds no secret, by its name or by its look, however deep', () => {
    const body = { task: 'use sk-abcdefgh12345678 now', parameters: { deep: { api_key: 'abc' } } };
    expect(of(body, ['task', 'parameters'])).toEqual({
      task: `use ${REDACTED} now`,
      parameters: { deep: { api_key: REDACTED } },
    });
  });

  it('cuts long texts only as far as they must be, and never exceeds 2 KB', () => {
    const cut = of({ task: '长'.repeat(5000), agent: 'a' }, ['task', 'agent']);
    expect(cut).toEqual({ task: `${'长'.repeat(400)}…`, agent: 'a' });
    const many = { tags: Array.from({ length: 40 }, () => 'x'.repeat(100)), agent: 'a' };
    expect(of(many, ['tags', 'agent'])).toMatchObject({ tags: many.tags.map(() => `${'x'.repeat(20)}…`) });
    const wide = { parameters: Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [`k${n}`, n])), agent: 'a' };
    expect(of(wide, ['parameters', 'agent'])).toEqual({ left_out: ['parameters', 'agent'] });
  });
});
