import { describe, expect, it } from 'vitest';

import { citations, createIncremental, inertMarkdown, renderMarkdown } from './index.ts';

const COUNT = "git grep -I -c -e '' abc -- '*.ts' | awk -F: '{ n += $NF }'";
const ACTIONS = [
  { id: 'm1', name: 'model', arguments: null, result: { text: 'git log | wc -l' } },
  {
    id: 't1.0',
    name: 'bash',
    arguments: { command: 'git rev-list  --count abc', cwd: '/input/x' },
    result: { stdout: '12\n' },
  },
  { id: 't1.1', name: 'bash', arguments: { command: 'git rev-list --count abc' }, result: { stdout: '12\n' } },
  { id: 't2.0', name: 'read_file', arguments: { path: '/workspace/notes.md' }, result: { text: 'x' } },
  {
    id: 't3.0',
    name: 'count_languages',
    arguments: { path: '/input/x' },
    result: { languages: [{ language: 'TypeScript', command: COUNT }] },
  },
];

const REPORT = `# Report

Commits: 12 \\[1\\], files 3 \\[L1\\], nothing \\[9\\], see [action:t2.0], [action:nowhere].

From \`/workspace/notes.md\` and \`rm -rf /\`.

\`\`\`sh
# [1]
git rev-list --count abc
# [L1] TypeScript (files known by their first line are not in it)
${COUNT}
# [9]
made up
\`\`\`
`;

describe('citations (QA-1)', () => {
  it('link figures, code and named actions of a report to the actions that they come from', () => {
    const html = renderMarkdown(REPORT, citations(ACTIONS));
    expect(html).toContain('<a href="#action-t1.0" class="citation">[1]</a>');
    expect(html).toContain('<a href="#action-t3.0" class="citation">[L1]</a>');
    expect(html).toContain('<a href="#action-t2.0" class="citation">[action:t2.0]</a>');
    expect(html).toContain('<a href="#action-t2.0" class="citation"><code>/workspace/notes.md</code></a>');
    expect(html.match(/class="citation"/g)).toHaveLength(4);
  });

  it('do so too in a report that is still being written, once its commands are known', () => {
    const incremental = createIncremental(citations(ACTIONS));
    for (let from = 0; from < REPORT.length; from += 7) incremental.push(REPORT.slice(from, from + 7));
    expect(incremental.end().final).toBe(renderMarkdown(REPORT, citations(ACTIONS)));
  });

  it('do so in Markdown too, which stays Markdown', () => {
    const text = inertMarkdown(REPORT, citations(ACTIONS));
    expect(text).toContain('Commits: 12 [\\[1\\]](#action-t1.0), files 3 [\\[L1\\]](#action-t3.0), nothing \\[9\\]');
    expect(text).toContain('From [`/workspace/notes.md`](#action-t2.0) and `rm -rf /`.');
    expect(text).toContain('# [1]\ngit rev-list --count abc\n');
    expect(renderMarkdown(text)).toContain('<a href="#action-t1.0">[1]</a>');
  });

  it('link nothing where there is nothing to link to', () => {
    expect(renderMarkdown(REPORT, citations([]))).not.toContain('citation');
    expect(renderMarkdown(REPORT)).not.toContain('citation');
  });

  it('bear arguments and results of any shape', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    const odd = [null, 1, 'x', [], { command: 3 }, { command: '' }, cycle].map((value, index) => ({
      id: `t${index}`,
      name: 'x',
      arguments: value,
      result: value,
    }));
    expect(renderMarkdown('`3` [action:t4]', citations(odd))).toContain('href="#action-t4"');
  });
});
