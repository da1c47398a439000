import { deflateRawSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import type { Block, Format } from '../block.ts';
import { encryptedPdf, pdfOf, zipOf, wordOf } from '../samples.ts';
import { extract } from './extract.ts';

const BOUNDS = { maxChars: 10_000_000, maxPages: 100 };
const read = (format: Format, content: string | Uint8Array) => extract(format, Buffer.from(content), '', BOUNDS);
const texts = (blocks: readonly Block[]) => blocks.map(({ text }) => text);

describe('ME-1 reading HTML', () => {
  it('keeps headings, lists, tables and code, and drops what nobody reads', async () => {
    const { title, blocks } = await read(
      'html',
      `<html><head><title> Ropes  and 绳子 </title><script>alert(1)</script></head><body><nav>Home | About</nav>
      <article><h1>Ropes</h1><p>Use <a href="https://example.org">two_ropes</a> &amp; 两根绳子。</p>
      <ul><li>one</li><li>two</li></ul><table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>
      <pre><code class="language-js">const x = 1;\n\nconst y = 2;</code></pre></article><footer>Imprint</footer></body></html>`,
    );
    expect(title).toBe('Ropes and 绳子');
    const all = texts(blocks).join('\n');
    expect(all).toContain('Use two_ropes & 两根绳子。');
    expect(all).toMatch(/- +one\n- +two/);
    expect(all).toContain('| a | b |');
    expect(blocks.find(({ kind }) => kind === 'code')?.text).toContain('const x = 1;\n\nconst y = 2;');
    for (const dropped of ['alert', 'About', 'Imprint', 'example.org']) expect(all).not.toContain(dropped);
  });

  it.each([
    '<p style="display:none">SECRET</p>',
    '<p style="color:red; visibility : hidden">SECRET</p>',
    '<div aria-hidden="true"><p>SECRET</p></div>',
    '<p hidden>SECRET</p>',
    '<span style="font-size:0">SECRET</span>',
    '<span style="font-size:1px">SECRET</span>',
    '<span style="opacity:0">SECRET</span>',
    '<div style="position:absolute;left:-9999px">SECRET</div>',
    '<div style="width:0;height:0;overflow:hidden">SECRET</div>',
    '<style>.x, .y { display: none }</style><p class="y">SECRET</p>',
    '<style>@media print { p { display: none } } .z{opacity:0}</style><p class="z">SECRET</p>',
    '<!-- SECRET -->',
    '<template><p>SECRET</p></template>',
    '<noscript>SECRET</noscript>',
    '<style>SECRET</style>',
    '<svg><text>SECRET</text></svg>',
  ])('drops hidden text: %s', async (hidden) => {
    const { blocks } = await read('html', `<body><p>Visible words of the page.</p>${hidden}<p>可见的文字。</p></body>`);
    const all = texts(blocks).join('\n');
    expect(all).toContain('Visible words');
    expect(all).toContain('可见的文字');
    expect(all).not.toContain('SECRET');
  });
});

describe('ME-1 reading PDF', () => {
  it('reads pages, headings, cut words, and Chinese without spaces', async () => {
    const { blocks, title } = await read(
      'pdf',
      pdfOf('Harbour book', [
        [
          { size: 24, text: 'Harbour' },
          { size: 12, text: 'The clerks write every imag-' },
          { size: 12, text: 'inable name into the book.' },
        ],
        [
          { size: 12, text: '海港为归来的船' },
          { size: 12, text: '准备绳索和灯火。' },
        ],
      ]),
    );
    expect(title).toBe('Harbour book');
    expect(texts(blocks)).toEqual([
      'Harbour',
      'The clerks write every imaginable name into the book.',
      '海港为归来的船准备绳索和灯火。',
    ]);
    expect(blocks[2]).toMatchObject({ headings: ['Harbour'], place: { unit: 'page', from: 2, to: 2 } });
  });

  it('says what is wrong with one that cannot be read', async () => {
    await expect(read('pdf', pdfOf('', [[]]))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('text recognition'),
    });
    await expect(read('pdf', encryptedPdf())).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('encrypted'),
    });
    await expect(read('pdf', '%PDF-1.7 rubbish')).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('damaged'),
    });
    const long = pdfOf(
      '',
      Array.from({ length: 101 }, () => [{ size: 12, text: 'x' }]),
    );
    await expect(read('pdf', long)).rejects.toMatchObject({ code: 'TOO_LARGE' });
  });
});

describe('ME-1 reading Word documents', () => {
  it('reads headings, paragraphs and tables in both languages', async () => {
    const { blocks } = await read('docx', wordOf(['# Harbour', 'Ropes & lamps_1.', '绳索和灯火。', '| a | b |']));
    expect(texts(blocks).slice(0, 3)).toEqual(['Harbour', 'Ropes & lamps_1.', '绳索和灯火。']);
    expect(blocks[1]?.headings).toEqual(['Harbour']);
    expect(blocks[3]).toMatchObject({ kind: 'table', text: expect.stringMatching(/\| a \| b \|/) });
  });

  it('refuses damaged ones, and those that unpack to too much, whatever they say of their size', async () => {
    const good = wordOf(['text']);
    await expect(read('docx', good.subarray(0, 300))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(read('docx', zipOf({ 'word/document.xml': Buffer.from('<rubbish') }))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    const packed = deflateRawSync(Buffer.alloc(20_000_000, 32));
    const bomb = zipOf({ 'word/document.xml': { packed, size: 100 } });
    await expect(read('docx', bomb)).rejects.toMatchObject({ code: 'TOO_LARGE' });
  });
});

describe('ME-1 reading CSV', () => {
  it('gives each row the names of its columns', async () => {
    const { blocks } = await read('csv', 'name;城市;note\n"Ann; B";上海;\nBob;Oslo;"two\nlines"\n');
    expect(texts(blocks)).toEqual(['name: Ann; B\n城市: 上海', 'name: Bob\n城市: Oslo\nnote: two\nlines']);
    expect(blocks[1]).toMatchObject({ kind: 'row', place: { unit: 'row', from: 3, to: 3 } });
  });

  it('copes with files without a head, with uneven rows, and with a head alone', async () => {
    expect(texts((await read('csv', '1,2\n3,4,5\n')).blocks)).toEqual(['1: 1\n2: 2', '1: 3\n2: 4\n3: 5']);
    expect(texts((await read('csv', 'a,b\n')).blocks)).toEqual(['a, b']);
    for (const nothing of ['\n\n', ',,\n,,\n']) {
      await expect(read('csv', nothing)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
  });

  it('says where a broken one breaks, and bounds what repeated heads come to', async () => {
    await expect(read('csv', 'a,b\n"never closed')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    const head = Array.from({ length: 2_000 }, (_, n) => `column_${n}_${'x'.repeat(80)}`).join(',');
    const row = Array.from({ length: 2_000 }, () => '1').join(',');
    await expect(read('csv', `${head}\n${`${row}\n`.repeat(200)}`)).rejects.toMatchObject({ code: 'TOO_LARGE' });
  });
});

describe('ME-1 reading source code and text', () => {
  it('keeps comments with what they belong to, and names parts by their first line', async () => {
    const source =
      '// What adds.\n\nfunction add(a, b) {\n  return a + b;\n}\n\n// 减法\nfunction take() {\n\n  return 1;\n}\n';
    const { blocks } = await read('code', source);
    expect(texts(blocks)).toEqual([
      '// What adds.\n\nfunction add(a, b) {\n  return a + b;\n}',
      '// 减法\nfunction take() {\n\n  return 1;\n}',
    ]);
    expect(blocks[1]).toMatchObject({ headings: ['function take() {'], place: { unit: 'line', from: 7, to: 11 } });
  });

  it('takes paragraphs of text, or lines where there are none', async () => {
    expect(texts((await read('text', 'one\ntwo\n\n三\n')).blocks)).toEqual(['one\ntwo', '三']);
    expect(texts((await read('text', 'one\ntwo\n')).blocks)).toEqual(['one', 'two']);
    await expect(read('text', ' \n\u3000')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});
