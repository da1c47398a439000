import { describe, expect, it } from 'vitest';

import { renderMarkdown } from './index.ts';

describe('Markdown as HTML (QA-1)', () => {
  it('renders what reports are made of', () => {
    const html = renderMarkdown('# A *b*\n\n- [x] done\n- [ ] open\n\n~~old~~ `code` <http://a.b>\n\n1. one\n');
    expect(html).toContain('<h1 id="h-a-b" dir="auto">A <em>b</em></h1>');
    expect(html).toContain('<input type="checkbox" checked disabled aria-label="Done"> done');
    expect(html).toContain('<input type="checkbox" disabled aria-label="Not done"> open');
    expect(html).toContain('<del>old</del> <code>code</code>');
    expect(html).toContain('<ol>\n<li dir="auto">one</li>\n</ol>');
  });

  it('labels in Chinese, and keeps two documents on one page apart', () => {
    const html = renderMarkdown('# 标题\n\n- [x] 好\n\n|a|\n|-|\n|b|\n', { lang: 'zh', idPrefix: 'r-' });
    expect(html).toContain('id="r-标题"');
    expect(html).toContain('aria-label="已完成"');
    expect(html).toContain('role="region" tabindex="0" aria-label="表格"><table>');
    expect(html).toContain('<th dir="auto" scope="col">a</th>');
  });

  it('gives every heading an id of its own', () => {
    const html = renderMarkdown('# a\n# a\n# a 2\n# a\n# !\n');
    expect([...html.matchAll(/id="([^"]+)"/g)].map(([, id]) => id)).toEqual([
      'h-a',
      'h-a-1',
      'h-a-2',
      'h-a-3',
      'h-section',
    ]);
  });

  it('colours code of known languages', () => {
    expect(renderMarkdown('```js\nconst a = 1;\n```')).toContain('<span class="hljs-keyword">const</span>');
    expect(renderMarkdown('```nonsense\nconst a = 1;\n```')).toContain('<code class="language-nonsense">const a = 1;');
    const large = 'const a = 1;\n'.repeat(10_000);
    expect(renderMarkdown(`\`\`\`js\n${large}\`\`\``)).not.toContain('hljs');
  });

  it('renders footnotes with links that stay in the document', () => {
    const html = renderMarkdown('a[^x]\n\n[^x]: note\n', { lang: 'zh' });
    expect(html).toContain('href="#h-fn-x" id="h-fnref-x"');
    expect(html).toContain('脚注');
    expect(html).toContain('aria-label="返回引用 1"');
  });
});

describe('hostile Markdown (QA-1)', () => {
  it.each([
    ['<script>alert(1)</script>', '&#x3C;script>alert(1)&#x3C;/script>'],
    ['a <img src=x onerror=alert(1)> b', '&#x3C;img src=x onerror=alert(1)>'],
    ['<svg onload=alert(1)>', '&#x3C;svg onload=alert(1)>'],
    ['<!-- hidden -->', '&#x3C;!-- hidden -->'],
  ])('shows %s as text', (text, expected) => expect(renderMarkdown(text)).toContain(expected));

  it.each([
    '[a](javascript:alert(1))',
    '[a](JaVaScRiPt:alert(1))',
    '[a](java&#10;script:alert(1))',
    '[a](data:text/html,x)',
    '[a](vbscript:x)',
    '[a](file:///etc/passwd)',
    '<javascript:alert(1)>',
    '[a]\n\n[a]: javascript:alert(1)',
  ])('leaves %s without an address', (text) => expect(renderMarkdown(text)).not.toContain('href'));

  it('loads nothing: an image is a link', () => {
    const html = renderMarkdown('![seen](http://tracker.example/x.png) [![in](http://i.example/i)](http://l.example)');
    expect(html).not.toContain('<img');
    expect(html).toContain(
      '<a href="http://tracker.example/x.png" rel="noopener noreferrer nofollow" target="_blank">seen</a>',
    );
    expect(html).toContain('<a href="http://l.example" rel="noopener noreferrer nofollow" target="_blank">in</a>');
  });

  it('shows direction controls instead of obeying them', () => {
    const html = renderMarkdown('a\u202Eb `c\u2066d`\n\n```js\n// \u202E x\n```\n');
    expect(html).not.toMatch(/[\u202E\u2066]/);
    expect(html.match(/<span class="bidi">U\+202E<\/span>/g)).toHaveLength(2);
    expect(html).toContain('<code>c<span class="bidi">U+2066</span>d</code>');
  });

  it('takes no link for a citation that leads elsewhere', () => {
    expect(renderMarkdown('[1]', { linkOf: () => 'javascript:alert(1)' })).not.toContain('href');
    expect(renderMarkdown('[1]', { linkOf: () => 'http://evil.example/#a' })).not.toContain('href');
  });

  it.each([
    ['a line of 1 MB', 'a'.repeat(1_000_000)],
    ['1 MB of words', 'ab '.repeat(333_333)],
    ['10,000 quotes within each other', '>'.repeat(10_000)],
    ['quotes with spaces', '> '.repeat(10_000)],
    ['lists within each other', Array.from({ length: 500 }, (_, index) => `${'  '.repeat(index)}- a`).join('\n')],
    ['emphasis within each other', '*'.repeat(50_000) + 'a' + '*'.repeat(50_000)],
    ['open emphasis', '*a **b '.repeat(20_000)],
    ['closed emphasis', 'a* b** '.repeat(20_000)],
    ['open brackets', '['.repeat(50_000)],
    ['closed brackets', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['open images', '!['.repeat(50_000)],
    ['open links', '[a](b "'.repeat(20_000)],
    ['open code', Array.from({ length: 700 }, (_, index) => '`'.repeat(index)).join(' ')],
    ['open tags', '<a '.repeat(50_000)],
    ['open comments', 'x <!--\n'.repeat(10_000)],
    ['definitions', Array.from({ length: 10_000 }, (_, index) => `[a${index}]: b`).join('\n')],
    ['a wide table', `${'|a'.repeat(5000)}|\n${'|-'.repeat(5000)}|\n${'|x|\n'.repeat(5000)}`],
    ['footnotes', Array.from({ length: 4000 }, (_, index) => `[^${index}]\n\n[^${index}]: b\n\n`).join('')],
    ['one footnote often', `[^a]: b\n\n${'[^a]\n\n'.repeat(20_000)}`],
    ['lazy lines', `> a\n${'b\n'.repeat(50_000)}`],
    ['lazy lines now and then', '> a\nb\n'.repeat(8000)],
    ['hard breaks', `- ${'a  \n'.repeat(50_000)}`],
    ['code within code', `\`\`\`js\n${'`${'.repeat(20_000)}\n\`\`\``],
    ['direction controls', '\u202E'.repeat(100_000)],
  ])('bears %s', (_, text) => {
    const html = renderMarkdown(text);
    expect(html.length).toBeLessThan(40 * text.length + 10_000);
  });

  it('does not let one definition be repeated without end', () => {
    const text = `[a]: http://x/${'y'.repeat(10_000)}\n\n${'[a]\n\n'.repeat(5000)}`;
    const html = renderMarkdown(text);
    expect(html).toContain('href="http://x/yyy');
    expect(html.length).toBeLessThan(2_000_000);
  });
});
