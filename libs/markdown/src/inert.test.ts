import { fromMarkdown } from 'mdast-util-from-markdown';
import { describe, expect, it } from 'vitest';

import { inertMarkdown } from './index.ts';

describe('Markdown made inert (QA-1)', () => {
  it('leaves what does nothing as it is', () => {
    const text = '# A\n\n[a](http://b) <http://c> `<b>` [d](#e) [f](g.md)\n\n```html\n<script>1</script>\n```\n';
    expect(inertMarkdown(text)).toBe(text);
  });

  it.each([
    ['<script>alert(1)</script>', '&lt;script>alert(1)&lt;/script>'],
    ['a <b>c</b>', 'a &lt;b>c&lt;/b>'],
    ['![a](http://b/c.png)', '[a](http://b/c.png)'],
    ['[a](javascript:alert(1))', '\\[a](javascript:alert(1))'],
    ['<javascript:alert(1)>', '&lt;javascript:alert(1)>'],
    ['[a](data:text/html,x)', '\\[a](data:text/html,x)'],
    ['a\u202Eb', 'aU+202Eb'],
  ])('makes %s %s', (text, expected) => expect(inertMarkdown(text)).toBe(expected));

  it('shows as code what it cannot see through', () => {
    const text = `${'*a '.repeat(3000)} <script>alert(1)</script>`;
    expect(inertMarkdown(text)).toBe(`\`\`\`\n${text}\n\`\`\`\n`);
  });

  it('looks again at what was HTML before', () => {
    const inert = inertMarkdown(
      '<div>\n[a](javascript:alert(1)) <i>\n![x](http://y)\n</div>\n\n> <p\n> [z]: vbscript:x\n',
    );
    const types = JSON.stringify(fromMarkdown(inert));
    expect(types).not.toContain('"html"');
    expect(types).not.toContain('"image"');
    expect(types).not.toContain('"url":"javascript');
    expect(types).not.toContain('"url":"vbscript');
  });
});
