import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';
import { describe, expect, it } from 'vitest';

import { loadPlaybooks } from './load.ts';
import { parsePlaybook } from './parse.ts';
import { resolveTask } from './task.ts';

const GOOD = `---
name: csv-profile
title: CSV profile
title_zh: CSV 概况
description: Describes a CSV file.
task: file
parameters:
  type: object
  properties:
    file: { type: string, format: host-path, description: the CSV file }
    deep: { type: boolean, default: false }
    top: { type: integer, minimum: 1, maximum: 50 }
  required: [file]
steps:
  - id: profile
    tool: csv_profile
    args: { path: "{{ parameters.file }}" }
  - together:
      - { id: a, tool: bash, args: { command: "head {{ parameters.file }}" }, when: parameters.deep }
      - { id: b, tool: bash, args: { command: "wc -l" }, on_error: continue }
---
# {{ parameters.file_host | md_cell }}
{{ steps.profile.rows }}
`;

function codeAndMessage(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return HoldfastError.is(error) ? `${error.code}: ${error.message}` : String(error);
  }
  return 'nothing was thrown';
}

describe('parsePlaybook', () => {
  it('reads a playbook', () => {
    const playbook = parsePlaybook(GOOD, 'csv.md');
    expect(playbook).toMatchObject({
      name: 'csv-profile',
      titleZh: 'CSV 概况',
      descriptionZh: '',
      task: 'file',
      hostPaths: ['file'],
      tools: ['csv_profile', 'bash'],
    });
    expect(playbook.groups.map((group) => group.map((step) => [step.id, step.onError]))).toEqual([
      [['profile', 'stop']],
      [
        ['a', 'stop'],
        ['b', 'continue'],
      ],
    ]);
    expect(parsePlaybook(GOOD.replaceAll('\n', '\r\n'), 'crlf.md').name).toBe('csv-profile');
  });

  it.each([
    ['no front matter', '# Hello', /csv\.md: it does not begin with front matter/],
    ['broken YAML', GOOD.replace('task: file', 'task: [file'), /csv\.md:\d+: the front matter is not YAML/],
    ['a key twice', GOOD.replace('task: file', 'name: other'), /csv\.md:\d+: the front matter is not YAML.*unique/],
    [
      'a wrong key',
      GOOD.replace('title_zh', 'titel_zh'),
      /csv\.md:4: titel_zh: there is no such key; did you mean "title_zh"\?/,
    ],
    ['a wrong key in a step', GOOD.replace('    tool: csv', '    toool: csv'), /steps\[0\]\.(toool|tool)/],
    ['a missing key', GOOD.replace('title: CSV profile\n', ''), /csv\.md: title:/],
    ['a bad name', GOOD.replace('name: csv-profile', 'name: CSV Profile'), /csv\.md:2: name: must be of a-z/],
    ['a step id twice', GOOD.replace('id: b', 'id: profile'), /two steps with the id "profile"/],
    [
      'an unclosed template',
      GOOD.replace('{{ parameters.file }}" }\n  -', '{{ parameters.file" }\n  -'),
      /"profile" args\.path: .*not closed/,
    ],
    ['an unknown filter', GOOD.replace('| md_cell', '| md_sell'), /final answer: undefined filter: md_sell/],
    [
      'an unknown parameter',
      GOOD.replace('head {{ parameters.file }}', '{{ parameters.fiel }}'),
      /"parameters\.fiel" is not declared.*did you mean "file"/,
    ],
    ['a later step', GOOD.replace('wc -l', '{{ steps.a }}'), /"steps\.a" is not the id of an earlier step/],
    [
      'another variable',
      GOOD.replace('steps.profile.rows', 'step.profile'),
      /there is no "step"; did you mean "steps"\?/,
    ],
    [
      'a file to include',
      GOOD.replace('{{ steps.profile.rows }}', '{% include "/etc/passwd" %}'),
      /tag "include" not found/,
    ],
    ['a file to render', GOOD.replace('{{ steps.profile.rows }}', '{% render "x" %}'), /tag "render" not found/],
    ['a file as layout', GOOD.replace('{{ steps.profile.rows }}', '{% layout "x" %}'), /tag "layout" not found/],
    ['a task that is no parameter', GOOD.replace('task: file', 'task: fil'), /task: "fil" is not a property/],
    ['an unknown required', GOOD.replace('required: [file]', 'required: [fool]'), /no property "fool"/],
    [
      'a schema that is not supported',
      GOOD.replace('  required: [file]', '  required: [file]\n  if: {}'),
      /JSON Schema is not supported/,
    ],
    [
      'a condition with braces',
      GOOD.replace('when: parameters.deep', 'when: "{{ parameters.deep }}"'),
      /without braces/,
    ],
    ['no answer', GOOD.slice(0, GOOD.lastIndexOf('---\n') + 4), /final answer.* is empty/],
    ['no steps', GOOD.replace(/steps:\n[\s\S]*?---/, 'steps: []\n---'), /csv\.md:\d+: steps:/],
    [
      'an alias bomb',
      GOOD.replace(
        'task: file',
        `x: &a [1,1,1,1,1,1,1,1,1]\ny: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nz: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nw: [*c,*c,*c]`,
      ),
      /cannot be read: Excessive alias count/,
    ],
    ['far too much', `${GOOD}${'x'.repeat(1_000_001)}`, /at most 1000000 are read/],
  ])('refuses %s, naming the place', (_, text, message) => {
    const said = codeAndMessage(() => parsePlaybook(text, 'csv.md'));
    expect(said).toMatch(/^CONFIG_INVALID: The playbook csv\.md|^CONFIG_INVALID: csv\.md/);
    expect(said).toMatch(message);
  });
});

describe('loadPlaybooks', () => {
  it('takes what is right and reports what is not', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'playbooks-'));
    try {
      await writeFile(join(dir, 'a.md'), GOOD);
      await writeFile(join(dir, 'b.md'), GOOD);
      await writeFile(join(dir, 'c.md'), 'nothing');
      await writeFile(join(dir, 'README.md'), 'not a playbook');
      const loaded = await loadPlaybooks([join(dir, 'absent'), dir]);
      expect(loaded.playbooks.map((playbook) => playbook.file)).toEqual([join(dir, 'a.md')]);
      expect(loaded.problems.map((problem) => problem.message)).toEqual([
        expect.stringMatching(/b\.md is left out: .*a\.md has the name "csv-profile" already/),
        expect.stringMatching(/c\.md: it does not begin with front matter/),
      ]);
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});

describe('resolveTask', () => {
  const playbook = parsePlaybook(GOOD, 'csv.md');

  it('fills the parameter that the task stands for, and the defaults', () => {
    expect(resolveTask(playbook, ' /data/my file.csv ', { top: 3 })).toEqual({
      file: '/data/my file.csv',
      deep: false,
      top: 3,
    });
    expect(resolveTask(playbook, '', { file: '/a' })).toEqual({ file: '/a', deep: false });
  });

  it.each([
    '/data/a.csv',
    './a.csv',
    'a.csv',
    'data',
    '~/a b.csv',
    String.raw`C:\data\a b.csv`,
    '/数据/文件.csv',
    '数据/a',
  ])('takes %s as a path', (task) => {
    expect(resolveTask(playbook, task, {})).toMatchObject({ file: task });
  });

  it.each([
    'Summarise the sales of May',
    '/a.csv\nand tell me why',
    '分析这个文件',
    'https://example.com/a.csv',
    'compare a/b with c/d',
    'x'.repeat(5000),
  ])('refuses the task in words %#, saying what it takes and how to connect a model', (task) => {
    const said = codeAndMessage(() => resolveTask(playbook, task, {}));
    expect(said).toMatch(/^TASK_UNSUPPORTED: csv-profile is a playbook/);
    expect(said).toContain('file (a path, the task): the CSV file; deep (boolean, optional)');
    expect(said).toContain('OPENAI_API_KEY');
  });

  it.each([
    ['', {}, /file: is missing/],
    ['/a', { top: 99 }, /top: /],
    ['/a', { topp: 1 }, /topp/],
    ['/a', { deep: 'yes' }, /deep: /],
    ['/a', { file: '/b' }, /two different things/],
  ])('refuses parameters that do not fit (%j, %j)', (task, parameters, message) => {
    const said = codeAndMessage(() => resolveTask(playbook, task, parameters));
    expect(said).toMatch(/^INVALID_ARGUMENT/);
    expect(said).toMatch(message);
  });
});
