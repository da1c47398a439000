import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import type { AssistantPart, Message, ModelPart } from '../model.ts';
import { exportPlaybook } from './export.ts';
import { FILTERS } from './filters.ts';
import { playbookModel } from './model.ts';
import { parsePlaybook } from './parse.ts';

const RUN: Message[] = [
  { role: 'system', text: 'secret instructions' },
  { role: 'user', text: 'Look at my\nrepository' },
  {
    role: 'assistant',
    parts: [
      { type: 'text', text: 'Looking.' },
      {
        type: 'tool-call',
        id: 'c1',
        name: 'bash',
        arguments: { command: 'git -C /input/repo log; ls /input/repo.old /input/repo/src /input/repository' },
      },
      {
        type: 'tool-call',
        id: 'c2',
        name: 'grep',
        arguments: { pattern: 'TODO|FIXME', literal: '{{ x }} {% raw %}{', n: 3, deep: [{ in: '/input/repo' }] },
      },
    ],
  },
  { role: 'tool', callId: 'c1', name: 'bash', ok: true, value: { stdout: 'x' } },
  { role: 'tool', callId: 'c2', name: 'grep', ok: true, value: [] },
  {
    role: 'assistant',
    parts: [
      // The id of an earlier call once more, as some servers do.
      { type: 'tool-call', id: 'c1', name: 'bash', arguments: { command: 'false' } },
      { type: 'tool-call', id: 'c4', name: 'bash', arguments: {}, invalid: '{"' },
    ],
  },
  { role: 'tool', callId: 'c1', name: 'bash', ok: false, value: 'exit 1' },
  { role: 'tool', callId: 'c4', name: 'bash', ok: false, value: 'not JSON' },
  {
    role: 'assistant',
    parts: [{ type: 'tool-call', id: 'c5', name: 'write_file', arguments: { path: 'report.md', text: 'a: b # c' } }],
  },
  { role: 'tool', callId: 'c5', name: 'write_file', ok: true, value: {} },
  { role: 'assistant', parts: [{ type: 'text', text: 'Done {{ so }} {% endcomment %} far.' }] },
];

describe('exportPlaybook', () => {
  const markdown = exportPlaybook(RUN, {
    name: 'My Repository: Check!',
    task: 'Look at my\nrepository',
    parameters: { repo: '/input/repo', repo_host: '/home/u/repo', what: 'TODO|FIXME', deep: true },
    inputs: [{ name: 'repo' }, { name: 'repo.old' }],
  });
  const playbook = parsePlaybook(markdown, 'saved.md');

  it('gives a playbook that can be read', () => {
    expect(playbook).toMatchObject({
      name: 'my-repository-check',
      title: 'My Repository: Check!',
      description: 'Saved from a run: Look at my repository',
      task: 'repo',
      hostPaths: ['repo', 'repo_old'],
      tools: ['bash', 'grep', 'write_file'],
    });
    expect(markdown).not.toContain('secret instructions');
    expect(markdown).not.toContain('/home/u');
  });

  it('refuses a run without a call that succeeded', () => {
    const meta = { name: 'x', task: '', parameters: {}, inputs: [] };
    expect(() => exportPlaybook([{ role: 'user', text: 'hi' }], meta)).toThrow(/No tool call of the run succeeded/);
  });

  it('makes the calls of the run again, in their groups, with what is given this time', async () => {
    const messages: Message[] = [{ role: 'user', text: 'go' }];
    const parameters = { repo: '/input/repo', repo_old: '/input/repo_old', what: 'XXX', deep: true };
    const said: AssistantPart[][] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      const parts: ModelPart[] = [];
      const { signal } = new AbortController();
      for await (const part of playbookModel(playbook).stream({ messages, tools: [], parameters, signal }))
        parts.push(part);
      const pieces = parts.flatMap((part) => (part.type === 'part' ? [part.part] : []));
      said.push(pieces);
      for (const piece of pieces) {
        if (piece.type === 'tool-call')
          messages.push({ role: 'tool', callId: piece.id, name: piece.name, ok: true, value: { got: '```' } });
      }
    }
    expect(said[0]).toMatchObject([
      {
        name: 'bash',
        arguments: { command: 'git -C /input/repo log; ls /input/repo_old /input/repo/src /input/repository' },
      },
      {
        name: 'grep',
        arguments: { pattern: 'XXX', literal: '{{ x }} {% raw %}{', n: 3, deep: [{ in: '/input/repo' }] },
      },
    ]);
    expect(said[1]).toMatchObject([{ name: 'write_file', arguments: { path: 'report.md', text: 'a: b # c' } }]);
    expect(said[2]).toMatchObject([
      { type: 'text', text: expect.stringContaining('## s3: write_file\n\n````json\n{\n  "got": "```"\n}\n````') },
    ]);
    expect(JSON.stringify(said[2])).not.toContain('Done');
  });
});

describe('filters', () => {
  const { lines, records, columns, bytes, thousands, percent, md_cell, md_code, md_fence, shell_quote, parse_json } =
    FILTERS;

  it('are those that docs/playbooks.md lists', () => {
    const page = readFileSync(new URL('../../../../docs/playbooks.md', import.meta.url), 'utf8');
    expect(
      [...page.matchAll(/^\| `(\w+)` \| /gm)]
        .map((match) => match[1])
        .filter((name) => name !== 'id' && name !== 'when' && name !== 'on_error'),
    ).toEqual(Object.keys(FILTERS));
  });

  it('do what the page says', () => {
    expect(lines?.('a\r\nb\n')).toEqual(['a', 'b']);
    expect(lines?.('')).toEqual([]);
    expect(records?.('a\nb\0c\0')).toEqual(['a\nb', 'c']);
    expect(columns?.('  12  a b  c ')).toEqual(['12', 'a', 'b', 'c']);
    expect(columns?.('12\ta b  c', 2)).toEqual(['12', 'a b  c']);
    expect(columns?.('a::b:c', 3, ':')).toEqual(['a', '', 'b:c']);
    expect([bytes?.(0), bytes?.(1536), bytes?.(5 * 1024 ** 3)]).toEqual(['0 B', '1.5 KiB', '5.0 GiB']);
    expect([thousands?.(1_234_567), thousands?.('-1234.5'), thousands?.('x')]).toEqual(['1,234,567', '-1,234.5', 'x']);
    expect([percent?.(1, 8), percent?.(1, 0)]).toEqual(['12.5 %', '']);
    expect(md_cell?.('a|b\n*c* <x>')).toBe(String.raw`a\|b \*c\* \<x\>`);
    expect([md_code?.('a|b'), md_code?.('`x`'), md_code?.(' ')]).toEqual([
      String.raw`\`a\|b\``.replaceAll(String.raw`\``, '`'),
      '`` `x` ``',
      '',
    ]);
    expect(md_fence?.('a```b', 'json')).toBe('````json\na```b\n````');
    expect(shell_quote?.("it's")).toBe(String.raw`'it'\''s'`);
    expect(parse_json?.('[1]')).toEqual([1]);
    expect(() => parse_json?.('[1')).toThrow(/parse_json: this is not JSON/);
  });
});
