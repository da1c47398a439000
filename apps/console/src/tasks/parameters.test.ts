import { describe, expect, it } from 'vitest';

import { parametersOf } from './parameters.ts';

describe('the parameters of a playbook', () => {
  it('come from its JSON Schema', () => {
    const found = parametersOf({
      type: 'object',
      required: ['repository'],
      properties: {
        repository: { type: 'string', format: 'host-path', description: 'a folder', description_zh: '文件夹' },
        language: { type: 'string', enum: ['en', 'zh'], default: 'en' },
        depth: { type: 'integer', default: 3 },
        deep: { type: 'boolean' },
      },
    });
    expect(found.map(({ initial, isPath, name, required, type }) => [name, type, isPath, required, initial])).toEqual([
      ['repository', 'text', true, true, ''],
      ['language', 'text', false, false, 'en'],
      ['depth', 'number', false, false, '3'],
      ['deep', 'boolean', false, false, ''],
    ]);
    expect(found[0]).toMatchObject({ description: 'a folder', descriptionZh: '文件夹' });
    expect(found[1]?.choices).toEqual(['en', 'zh']);
  });

  it('are none where there is no schema, or one of another shape', () => {
    expect(parametersOf({})).toEqual([]);
    expect(parametersOf({ properties: 'x', required: 'y' })).toEqual([]);
    expect(parametersOf({ properties: { a: null } })).toHaveLength(1);
  });
});
