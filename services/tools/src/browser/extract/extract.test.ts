import { HoldfastError } from '@holdfast/protocol';
import { afterAll, describe, expect, it } from 'vitest';

import { extract } from './extract.ts';
import { createExtractor } from './extractor.ts';
import type { ExtractRequest } from './message.ts';

const URL_HERE = 'https://example.org/docs/page.html';
const of = (html: string, more: Partial<ExtractRequest> = {}) =>
  extract({ html, url: URL_HERE, part: 'auto', maxChars: 1_000_000, ...more });
const never = new AbortController().signal;
const SENTENCE = 'The quick brown fox jumps over the lazy dog, and the dog, being lazy, does not mind at all. ';

describe('TL-1: a page becomes Markdown', () => {
  it('finds the article, and leaves out what stands around it', () => {
    const html = `<html lang="en-GB" dir="ltr"><head><title> Foxes  and dogs </title></head><body>
      <nav><a href="/">Home</a><a href="/about">About</a></nav>
      <article><h1>Foxes and dogs</h1>${`<p>${SENTENCE.repeat(3)}</p>`.repeat(6)}</article>
      <footer>All rights reserved</footer><script>alert("never")</script></body></html>`;
    const read = of(html);
    expect(read).toMatchObject({
      title: 'Foxes and dogs',
      lang: 'en-GB',
      dir: 'ltr',
      part: 'article',
      truncated: false,
    });
    expect(read.markdown).toContain('The quick brown fox');
    expect(read.markdown).not.toMatch(/Home|All rights|never/);
    expect(of(html, { part: 'page' }).markdown).toContain('[About](https://example.org/about)');
  });

  it('keeps all of a page that is a list', () => {
    const links = Array.from({ length: 40 }, (_, at) => `<li><a href="item/${at}">Item ${at}</a></li>`).join('');
    const read = of(`<body><h1>Index</h1><ul>${links}</ul></body>`);
    expect(read.markdown.match(/^- +\[Item \d+\]\(https:\/\/example\.org\/docs\/item\/\d+\)$/gm)).toHaveLength(40);
  });

  it('keeps tables, code with its language, lists, quotes and struck-out text', () => {
    const { markdown } = of(
      `<table><thead><tr><th>Name</th><th>Price</th></tr></thead><tbody><tr><td>Tea | green</td><td>3 €</td></tr></tbody></table>
       <pre><code class="language-ts">const a = 1 &lt; 2;\n  b();</code></pre>
       <ol><li>one<ul><li>inner</li></ul></li><li>two</li></ol><blockquote><p>said</p></blockquote><p><del>gone</del></p>`,
      { part: 'page' },
    );
    expect(markdown).toContain('| Name | Price |\n| --- | --- |\n| Tea \\| green | 3 € |');
    expect(markdown).toContain('```ts\nconst a = 1 < 2;\n  b();\n```');
    expect(markdown).toMatch(/1\. +one\n\s+- +inner/);
    expect(markdown).toContain('> said');
    expect(markdown).toMatch(/~~?gone~~?/);
  });

  it('makes links absolute, also by <base>, and keeps none that a browser would run', () => {
    const { markdown } = of(
      `<head><base href="/other/"></head><a href="x">rel</a> <a href="//cdn.example.org/y">scheme</a>
       <a href="javascript:alert(1)">js</a> <a href="data:text/html,hi">data</a> <a href="http://[bad">bad</a>
       <img src="pic.png" alt="A [pic]"> <img data-src="late.png" src="data:image/png;base64,AAAA" alt="late">
       <a href="/z"><img src="q.png"></a><a href="/empty"> </a>`,
      { part: 'page' },
    );
    expect(markdown).toContain('[rel](https://example.org/other/x)');
    expect(markdown).toContain('[scheme](https://cdn.example.org/y)');
    expect(markdown).toContain('[image: A pic](https://example.org/other/pic.png)');
    expect(markdown).toContain('[image: late](https://example.org/other/late.png)');
    expect(markdown).not.toMatch(/javascript:|data:|\/empty/);
  });

  it('leaves out what nobody sees', () => {
    const { markdown } = of(
      `<p>seen</p><p hidden>h1</p><div style="color:red;display:none">h2 <b>h3</b></div><p aria-hidden="true">h4</p>
       <template>h5</template><noscript>h6</noscript><style>h7</style><!-- h8 --><select><option>h9</select>`,
      { part: 'page' },
    );
    expect(markdown).toBe('seen');
  });

  it('reads Chinese, Arabic and right-to-left pages', () => {
    const chinese = `<html lang="zh-CN"><head><title>磐石</title></head><article><h1>磐石平台</h1>${'<p>磐石是一个可以自行部署的平台，任何崩溃之后都能继续工作。它记录每一步，并且从记录中恢复。</p>'.repeat(12)}</article>`;
    expect(of(chinese)).toMatchObject({ title: '磐石', lang: 'zh-CN', part: 'article' });
    expect(of(chinese).markdown).toContain('任何崩溃之后都能继续工作');
    expect(of('<html lang=ar dir=RTL><p>مرحبا بالعالم</p>')).toMatchObject({
      lang: 'ar',
      dir: 'rtl',
      markdown: 'مرحبا بالعالم',
    });
  });

  it.each([
    ['nothing', '', ''],
    ['text only', 'just text', 'just text'],
    ['tags that do not fit', '<b><i>x</b></i></p></div><td>y', /x.*y/s],
    ['an end in the middle of a tag', '<p>x</p><a href="', 'x'],
    ['NUL and lone surrogates', 'a\0b\uD800c', /a.*b.*c/s],
    ['a giant attribute', `<p class="${'x'.repeat(5_000_000)}" data-x="${'y'.repeat(5_000_000)}">ok</p>`, 'ok'],
    ['100,000 open elements', `${'<div>'.repeat(100_000)}deep <b>text</b>`, /deep.*text/s],
    ['20,000 closed elements without text', '<p></p>'.repeat(20_000), ''],
    ['50,000 end tags of nothing', `${'</div>'.repeat(50_000)}x`, 'x'],
    ['nested tables', `${'<table><tr><td>'.repeat(300)}cell`, /cell/],
    ['nested lists', `${'<ul><li>'.repeat(300)}item`, /item/],
    ['backticks inside code', '<pre><code>```\nx\n```</code></pre>', /x/],
  ])('survives %s', (_, html, expected) => {
    const { markdown } = of(html);
    if (typeof expected === 'string') expect(markdown).toBe(expected);
    else expect(markdown).toMatch(expected);
  });

  it('cuts at the bound, and not through a character', () => {
    const read = of(`<p>${'字😀'.repeat(1000)}</p>`, { maxChars: 100, part: 'page' });
    expect(read.truncated).toBe(true);
    expect(read.markdown.length).toBeLessThanOrEqual(100);
    expect(read.markdown.isWellFormed()).toBe(true);
  });

  it('loses nothing where it cuts a long page into pieces', () => {
    const rows = Array.from({ length: 30_000 }, (_, at) => `<tr><td>row${at}</td><td>${'v'.repeat(20)}</td></tr>`);
    const paragraphs = Array.from({ length: 5000 }, (_, at) => `<p>par${at} ${SENTENCE}</p>`);
    const html = `<main><section>${paragraphs.join('')}</section><table><tr><th>a</th><th>b</th></tr>${rows.join('')}</table></main>`;
    const { markdown } = of(html, { maxChars: 50_000_000 });
    expect(markdown.match(/row\d+ /g)).toHaveLength(30_000);
    expect(markdown.match(/par\d+ /g)).toHaveLength(5000);
  });
});

describe('TL-1: the thread that makes Markdown', () => {
  const extractor = createExtractor();
  afterAll(() => extractor.close());
  const request: ExtractRequest = { html: '<p>hello</p>', url: URL_HERE, part: 'page', maxChars: 1000 };

  it('is kept for the next page, and pages do not mix', async () => {
    const all = Array.from({ length: 10 }, (_, at) => extractor.extract({ ...request, html: `<p>p${at}</p>` }, never));
    expect((await Promise.all(all)).map(({ markdown }) => markdown)).toEqual(all.map((_, at) => `p${at}`));
  });

  it('is ended when its time is over, and the next page is read all the same', async () => {
    const quick = createExtractor({ timeoutMs: 1 });
    const long = { ...request, html: '<p>x</p>'.repeat(200_000) };
    await expect(quick.extract(long, never)).rejects.toMatchObject({ code: 'TIMED_OUT' });
    await quick.close();
    const abort = new AbortController();
    const cancelled = extractor.extract(long, abort.signal);
    abort.abort(new HoldfastError('CANCELED', 'Enough.'));
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELED' });
    expect((await extractor.extract(request, never)).markdown).toBe('hello');
  });

  it('is ended above its memory', async () => {
    const small = createExtractor({ memoryMb: 24 });
    const html = `<p>${'<b>x</b> '.repeat(400_000)}</p>`;
    await expect(small.extract({ ...request, html, maxChars: 1e8 }, never)).rejects.toMatchObject({
      code: 'TOO_LARGE',
    });
    await small.close();
  });

  it('reads nothing once it is closed', async () => {
    const closed = createExtractor();
    await closed.close();
    await expect(closed.extract(request, never)).rejects.toMatchObject({ code: 'CANCELED' });
  });
});
