import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { citations, renderMarkdown } from '@holdfast/markdown';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { openFolder, openPlaybooks } from './harness.ts';

let playbooks: Awaited<ReturnType<typeof openPlaybooks>>;
let folder: Awaited<ReturnType<typeof openFolder>>;
beforeAll(async () => {
  playbooks = await openPlaybooks();
  folder = await openFolder();
});
afterAll(async () => {
  await playbooks.close();
  await folder.remove();
});

it('links every figure of the shipped repository report to the call that it comes from (QA-1)', async (context) => {
  if (playbooks.impossible !== '') return context.skip(playbooks.impossible);
  const path = join(folder.path, 'cited');
  mkdirSync(path);
  writeFileSync(join(path, 'a.ts'), '// TODO\nexport const a = 1;\n');
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], { cwd: path });
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'first');
  const { answer, steps } = await playbooks.run('repository-report', { repository: path });
  const calls = [...steps].map(([id, { args, value }]) => ({ id, name: id, arguments: args, result: value }));
  const html = renderMarkdown(answer, citations(calls));
  const text = html.replaceAll(/<pre[^>]*>[\s\S]*?<\/pre>/g, '');
  const markers = text.match(/\[[A-Z]?\d+\]/g) ?? [];
  const linked = text.match(/<a href="#action-[\w.:-]+" class="citation">\[[A-Z]?\d+\]<\/a>/g) ?? [];
  expect(markers.length).toBeGreaterThan(15);
  expect(linked.length).toBe(markers.length);
});
