import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { openFolder, openPlaybooks } from './harness.ts';

let playbooks: Awaited<ReturnType<typeof openPlaybooks>>;
let folder: Awaited<ReturnType<typeof openFolder>>;
beforeAll(async () => {
  playbooks = await openPlaybooks();
  folder = await openFolder();
});
beforeEach((ctx) => {
  if (playbooks.impossible !== '') ctx.skip(playbooks.impossible);
});
afterAll(async () => {
  await playbooks.close();
  await folder.remove();
});

describe('csv-profile', () => {
  it.each(['en', 'zh'])('reports on a table (%s)', async (language) => {
    const file = join(folder.path, `orders ${language}.csv`);
    const rows = Array.from({ length: 20 }, (_, i) => `${i + 1},${i === 19 ? 9000 : 10 + i},a|b,2026-01-${10 + i}`);
    writeFileSync(file, `id,price,name,day\n${rows.join('\n')}\n21,,x\n`);
    const { failure, answer, report, artifacts } = await playbooks.run('csv-profile', { file, language });
    expect(failure).toBe('');
    expect(artifacts).toEqual(['/workspace/report.md']);
    expect(answer.trim()).toBe(report?.trim());
    expect(answer).toContain(`\`${file}\``);
    expect(answer).not.toContain('/input/');
    expect(answer).toContain('| 2 | `price` | integer | 1 (4.8 %) | 20 | 10 … 9000 |');
    expect(answer).toContain('9000 (20)');
    expect(answer).toContain('`a\\|b` (20)');
    expect(answer).toContain(language === 'zh' ? '第 21 行（3）' : 'row 21 (3)');
    expect(answer).toContain('2026-01-10 … 2026-01-29');
  });

  it('says why it cannot', async () => {
    const file = join(folder.path, 'photo.csv');
    writeFileSync(file, Buffer.from([0, 1, 2, 3, 0]));
    expect((await playbooks.run('csv-profile', { file })).failure).toMatch(/step "profile".*binary file/);
    expect((await playbooks.run('csv-profile', { file: folder.path })).failure).toContain('is a folder');
  });
});

describe('log-triage', () => {
  it.each(['en', 'zh'])('reports on a folder of logs (%s)', async (language) => {
    const logs = join(folder.path, `logs-${language}`);
    mkdirSync(logs);
    writeFileSync(
      join(logs, 'a.log'),
      '2026-11-23T10:00:00Z ERROR user 1 gone\n\tat x\n2026-11-23T10:00:01Z INFO ok\n',
    );
    writeFileSync(
      join(logs, 'b.log'),
      '2026-11-23T09:00:00Z ERROR user 2 gone\n2026-11-23T11:00:00Z WARN `slow` | 3\n',
    );
    const { failure, answer, report, artifacts } = await playbooks.run('log-triage', { logs, language });
    expect(failure).toBe('');
    expect(artifacts).toEqual(['/workspace/report.md']);
    expect(answer.trim()).toBe(report?.trim());
    expect(answer).toContain('| 1 | error | 2 | 2026-11-23T09:00:00Z | 2026-11-23T10:00:00Z | `ERROR user <n> gone` |');
    expect(answer).toContain(`\`${logs}/b.log\`:1`);
    expect(answer).not.toContain('/input/');
  });

  it('reports calm on a log without errors, and fails on what is none', async () => {
    const logs = join(folder.path, 'calm.log');
    writeFileSync(logs, '2026-11-23T10:00:00Z INFO all is well\n');
    const { answer } = await playbooks.run('log-triage', { logs });
    expect(answer).toContain('No entry of level warn or graver');
    writeFileSync(join(folder.path, 'empty.log'), '');
    const { failure } = await playbooks.run('log-triage', { logs: join(folder.path, 'empty.log') });
    expect(failure).toContain('holds no text');
  });
});
