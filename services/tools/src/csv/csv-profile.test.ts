import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import type { JsonObject } from '@holdfast/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openTestTools, type TestTools } from '../testing.ts';

let open: TestTools;
beforeEach(async () => {
  open = await openTestTools();
});
afterEach(() => open.close());

async function profile(content: string | Buffer, args: JsonObject = {}): Promise<JsonObject> {
  await writeFile(join(open.workspace, 'x.csv'), content);
  const { result, value } = await open.call('csv_profile', { path: 'x.csv', ...args });
  expect(value).not.toHaveProperty('error');
  expect(result.ok).toBe(true);
  return value;
}

function column(value: JsonObject, index: number): JsonObject {
  return (value['columns'] as JsonObject[])[index] ?? {};
}

describe('csv_profile', () => {
  it('tells types, missing, range, mean and quartiles as computed by hand', async () => {
    const rows = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1000].map(
      (n, i) => `${n},${n}.5,2026-01-0${(i % 9) + 1},${i % 2 === 0 ? 'a' : ''},00${i}`,
    );
    const value = await profile(`id,price,day,word,code\n${rows.join('\n')}\n`);
    expect(value).toMatchObject({
      delimiter: ',',
      header: true,
      rows: 10,
      width: 5,
      encoding: 'utf-8',
      complete: true,
    });
    expect(column(value, 0)).toMatchObject({
      name: 'id',
      type: 'integer',
      missing: 0,
      distinct: 10,
      distinct_is_estimated: false,
      number: { min: 1, q1: 3.25, median: 5.5, q3: 7.75, max: 1000, mean: 104.5, quantiles_are_estimated: false },
      outliers: { count: 1, low: -3.5, high: 14.5, examples: [{ row: 10, value: 1000 }] },
    });
    expect(column(value, 1)).toMatchObject({ type: 'decimal', number: { min: 1.5 } });
    expect(column(value, 2)).toMatchObject({ type: 'date', range: { first: '2026-01-01', last: '2026-01-09' } });
    expect(column(value, 3)).toMatchObject({ type: 'text', missing: 5, top: [{ value: 'a', count: 5 }] });
    expect(column(value, 4)).toMatchObject({ type: 'text', length: { min: 3, max: 3 } });
  });

  it.each([
    [';', 'a;b\n1,5;x\n2,5;y\n', 'decimal'],
    ['\t', 'a\tb\n1\tx, y\n2\tz, z\n', 'integer'],
    ['|', 'a|b\n1|x\n2|y\n', 'integer'],
    [',', 'a\n1\n2\n', 'integer'],
    [',', 'a,b\n"1","x;y;z"\n"2","u;v;w"\n', 'integer'],
  ])('finds the delimiter %j', async (delimiter, content, type) => {
    const value = await profile(content);
    expect([value['delimiter'], column(value, 0)['type']]).toEqual([delimiter, type]);
  });

  it('reads quotes, line breaks in cells, CRLF, UTF-16 and GB 18030', async () => {
    const quoted = await profile('a,b\r\n"x ""y""\n z",2\r\n,3\r\n');
    expect(quoted).toMatchObject({ rows: 2 });
    expect(column(quoted, 0)['top']).toEqual([{ value: 'x "y"\n z', count: 1 }]);
    expect(await profile(Buffer.from('\uFEFFname,n\nÄ,1\n', 'utf16le'))).toMatchObject({
      encoding: 'utf-16le',
      rows: 1,
    });
    const han = await profile(Buffer.from([0xba, 0xba, 0xd7, 0xd6, 0x2c, 0x6e, 0x0a, 0xba, 0xba, 0x2c, 0x31, 0x0a]));
    expect(column(han, 0)['name']).toBe('汉字');
  });

  it('names ragged rows, duplicate and empty names, odd values', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i},x,y`);
    const value = await profile(`a,a,\n${[...rows, 'oops,x,y', '1,x', '1,x,y,z'].join('\n')}\n\n\n`);
    expect(value).toMatchObject({
      duplicate_names: ['a'],
      unnamed_columns: [3],
      empty_lines: 2,
      ragged: {
        count: 2,
        examples: [
          { row: 42, cells: 2 },
          { row: 43, cells: 4 },
        ],
      },
    });
  });

  it('keeps a column of numbers a column of numbers for one word in it', async () => {
    const value = await profile(`n\n${Array.from({ length: 40 }, (_, i) => i).join('\n')}\noops\n`);
    expect(column(value, 0)).toMatchObject({
      type: 'integer',
      odd: { count: 1, examples: [{ row: 41, value: 'oops' }] },
    });
  });

  it('takes a first row with numbers for data', async () => {
    const value = await profile('1,2\n3,4\n');
    expect(value).toMatchObject({ header: false, rows: 2 });
    expect(column(value, 1)['name']).toBe('column 2');
    expect(await profile('1,2\n3,4\n', { header: 'yes' })).toMatchObject({ rows: 1 });
  });

  it('says what it could not read, and keeps what it could', async () => {
    const value = await profile('a,b\n1,2\n3,"never closed\n4,5\n');
    expect(value).toMatchObject({
      complete: false,
      rows: 1,
      problem: { message: 'a quote is opened and never closed' },
    });
  });

  it('describes many rows in bounded memory, and says which figures are estimated', async () => {
    const rows = 300_000;
    const lines = Array.from({ length: rows }, (_, i) => `${i},${i % 10 === 0 ? 'often' : `word ${i}`}`);
    const value = await profile(`n,w\n${lines.join('\n')}\n`);
    const number = column(value, 0)['number'] as JsonObject;
    expect(number).toMatchObject({ min: 0, max: rows - 1, mean: (rows - 1) / 2, quantiles_are_estimated: true });
    expect(Math.abs(Number(number['median']) / (rows / 2) - 1)).toBeLessThan(0.02);
    const words = column(value, 1);
    expect(words['distinct_is_estimated']).toBe(true);
    expect(Math.abs(Number(words['distinct']) / (rows * 0.9) - 1)).toBeLessThan(0.06);
    const [top] = words['top'] as JsonObject[];
    expect(top?.['value']).toBe('often');
    expect(Number(top?.['count'])).toBeGreaterThan(29_000);
    expect(Number(top?.['count'])).toBeLessThanOrEqual(30_000);
  });

  it('does not block the event loop, and stops when it is cancelled', async () => {
    await writeFile(join(open.workspace, 'big.csv'), `a,b,c\n${'1,2,some words\n'.repeat(3_000_000)}`);
    const abort = new AbortController();
    const codes: string[] = [];
    for await (const { event } of open.tools.callTool(open.request('csv_profile', { path: 'big.csv' }), {
      signal: abort.signal,
    })) {
      if (event.case === 'progress') abort.abort();
      if (event.case === 'result') codes.push(event.value.code);
    }
    expect(codes).toEqual(['CANCELED']);
  });

  it('refuses what is no table', async () => {
    await writeFile(join(open.workspace, 'e.csv'), '');
    await writeFile(join(open.workspace, 'b.csv'), Buffer.from([0, 1, 2, 3, 0, 9]));
    await writeFile(join(open.workspace, 'z.csv.gz'), gzipSync('a,b\n1,2\n').subarray(0, 20));
    const codes = [];
    for (const path of ['e.csv', 'b.csv', 'z.csv.gz', '.', 'missing.csv', '/etc/passwd']) {
      codes.push((await open.call('csv_profile', { path })).result.code);
    }
    expect(codes).toEqual([...Array.from({ length: 4 }, () => 'INVALID_ARGUMENT'), 'NOT_FOUND', 'REFUSED']);
  });
});
