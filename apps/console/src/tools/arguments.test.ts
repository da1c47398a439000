import { describe, expect, it } from 'vitest';

import { argumentsOf, fieldsOf, readObject, typedOf } from './arguments.ts';

const fields = fieldsOf({
  type: 'object',
  properties: {
    path: { type: 'string', description: 'Where.' },
    limit: { type: 'integer' },
    deep: { type: 'boolean' },
    engine: { enum: ['auto', 'playwright'] },
    headers: { type: 'object' },
    anything: true,
  },
  required: ['path'],
});

describe('the form for the arguments of a tool (TL-5)', () => {
  it('asks for each property by its kind', () => {
    expect(fields.map(({ kind, name, required }) => [name, kind, required])).toEqual([
      ['path', 'text', true],
      ['limit', 'number', false],
      ['deep', 'boolean', false],
      ['engine', 'choice', false],
      ['headers', 'json', false],
      ['anything', 'json', false],
    ]);
    expect(fields[0]?.description).toBe('Where.');
  });

  it('gives what was typed, leaves out what is empty, and back', () => {
    const typed = { path: '/workspace', limit: '3', deep: 'false', engine: 'auto', headers: '{"a":1}', anything: '' };
    const { given, problems } = argumentsOf(fields, typed);
    expect(problems).toEqual({});
    expect(given).toEqual({ path: '/workspace', limit: 3, deep: false, engine: 'auto', headers: { a: 1 } });
    expect(argumentsOf(fields, typedOf(fields, given)).given).toEqual(given);
  });

  it('says what is wrong with a field', () => {
    expect(argumentsOf(fields, { limit: 'many', headers: '{' }).problems).toEqual({
      path: 'needed',
      limit: 'notNumber',
      headers: 'notJson',
    });
  });

  it('makes no field of a schema that is none, and keeps a string where JSON is asked for a string', () => {
    expect(fieldsOf({})).toEqual([]);
    expect(fieldsOf({ properties: 'no', required: 'no' })).toHaveLength(0);
    expect(typedOf(fields, { anything: 'text' })).toEqual({ anything: '"text"' });
  });

  it('reads objects only', () => {
    expect(readObject('')).toEqual({});
    expect(readObject('{"a":[1]}')).toEqual({ a: [1] });
    for (const text of ['[]', 'null', '1', '{', '"a"']) expect(readObject(text)).toBeUndefined();
  });
});
