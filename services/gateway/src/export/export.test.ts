import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { agentpb, create, HoldfastError, type ToolsApi, toolspb } from '@holdfast/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createGateway, type Gateway } from '../gateway.ts';
import { call, makeKey, type ScriptedAgent, testDeps } from '../testing.ts';
import { type RunExport, RunExportSchema } from './run-export.ts';
import { addFinishedRun, HOSTILE } from './testing.ts';

const run = promisify(execFile);

let gateway: Gateway;
let agent: ScriptedAgent;
let url: string;
let key: string;
let root: string;
let workspace: string;
let remove: () => Promise<void>;
/** What the tools service was asked to print; what it throws, if anything. */
let printed: toolspb.PrintPdfRequest[] = [];
let noPdf: HoldfastError | undefined;

beforeAll(async () => {
  const test = await testDeps();
  ({ agent, remove } = test);
  const printPdf: ToolsApi['printPdf'] = async (request) => {
    if (noPdf) throw noPdf;
    printed.push(request);
    return create(toolspb.PrintPdfResponseSchema, { pdf: Buffer.from('%PDF-1.7 scripted') });
  };
  gateway = await createGateway({ ...test.deps, tools: { ...test.deps.tools, printPdf } });
  url = await gateway.listen();
  key = (await readFile(join(test.deps.dataDir, 'local.key'), 'utf8')).trim();
  root = await mkdtemp(join(tmpdir(), 'holdfast-export-'));
  workspace = join(root, 'workspace');
  await mkdir(join(workspace, 'out'), { recursive: true });
  await writeFile(join(workspace, 'out', '数据.csv'), 'a,b\n');
  await writeFile(join(workspace, 'empty'), '');
  await writeFile(join(workspace, 'CON'), 'device');
  await writeFile(join(workspace, 'a\nb'), 'two lines');
  await writeFile(join(workspace, 'out', 'Data.csv'), 'x');
  await writeFile(join(workspace, 'out', 'data.csv'), 'y');
  await writeFile(join(root, 'secret'), 'secret');
});
beforeEach(() => {
  printed = [];
  noPdf = undefined;
  const artifacts = [
    '/workspace/out/数据.csv',
    'empty',
    'CON',
    'a\nb',
    'out/Data.csv',
    'out/data.csv',
    '../secret',
    'gone',
  ];
  addFinishedRun(agent, { id: 'r1', workspace, artifacts });
});
afterAll(async () => {
  await gateway.close();
  await remove();
  await rm(root, { recursive: true, force: true });
});

const get = (format: string, lang = 'en', id = 'r1') =>
  call(`${url}/api/v1/runs/${id}/export?format=${format}&lang=${lang}`, { key });

describe('the export of a run (QA-1)', () => {
  it('is JSON by its schema, with events, checkpoints and files', async () => {
    const answer = await get('json');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="holdfast-r1.json"');
    const document = RunExportSchema.parse(answer.json());
    expect(document).toMatchObject({ complete: true, redacted: false, events_truncated: false });
    expect(document.holdfast.version).toBe('0.0.0-test');
    expect(document.events).toHaveLength(14);
    expect(document.checkpoints.map(({ action_id: id, kind, seq }) => [seq, kind, id])).toEqual([
      [1, 'run.created', undefined],
      [2, 'run.started', undefined],
      [3, 'intent', 'm1'],
      [4, 'outcome', 'm1'],
      [5, 'intent', 't1.0'],
      [6, 'run.recovered', undefined],
      [7, 'intent', 't1.0'],
      [8, 'outcome', 't1.0'],
      [9, 'intent', 'q2.0'],
      [10, 'outcome', 'q2.0'],
      [11, 'run.ended', undefined],
    ]);
    expect(document.artifacts.map(({ path, size }) => [path, size])).toEqual([
      ['out/数据.csv', 4],
      ['empty', 0],
      ['CON', 6],
      ['a\nb', 9],
      ['out/Data.csv', 1],
      ['out/data.csv', 1],
    ]);
    expect(document.artifacts[1]?.sha256).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('holds no secrets, in any format', async () => {
    for (const format of ['json', 'md', 'html']) {
      const { text } = await get(format);
      expect(text).not.toContain('hush-hush');
      expect(text).not.toContain('abcdefghijklmnop');
      expect(text).toContain('[redacted]');
    }
  });

  it.each([
    ['en', ['US$', 'unknown', 'run again after a crash', '1 min 1 s', '1,200 in, 34 out', 'approved: go on', 'worker']],
    ['zh', ['未知', '崩溃后重新执行', '输入 1,200，输出 34', '已批准: go on', '隔离级别', '文件']],
  ])('says everything of a run in Markdown and HTML (%s)', async (lang, words) => {
    for (const format of ['md', 'html']) {
      const { text } = await get(format, lang);
      for (const word of words.slice(1, -1)) expect(text, format).toContain(word);
      for (const word of ['process (bubblewrap)', 'git rev-list --count HEAD', 'out/数据.csv', 'Report 报告']) {
        expect(text, format).toContain(word);
      }
      expect(text, format).not.toContain('US$ 0');
    }
  });

  it('links a statement of the report to its action', async () => {
    expect((await get('html')).text).toContain('<a href="#action-t1.0" class="citation">[1]</a>');
    expect((await get('html')).text).toContain('<article class="action" id="action-t1.0"');
    expect((await get('md')).text).toContain('12 commits [\\[1\\]](#action-t1.0).');
    expect((await get('md')).text).toContain('<a id="action-t1.0"></a>');
  });

  it('cuts long values and says how much', async () => {
    agent.actions = [{ id: 't1', kind: 'tool', name: 'bash', attempt: 1, result: { stdout: 'x'.repeat(20_000) } }];
    for (const format of ['md', 'html']) {
      expect((await get(format)).text).toMatch(/11,\d{3} more characters are left out here/);
    }
    expect((await get('json')).text).toContain('x'.repeat(20_000));
  });

  it('is taken of a run that goes on as it stands, and says so', async () => {
    addFinishedRun(agent, {
      id: 'young',
      workspace,
      status: agentpb.RunStatus.RUNNING,
      endedAt: 0,
      seq: 6,
      output: '',
    });
    const told = agent.source;
    agent.source = async function* endless(request, signal) {
      yield* told(request, signal);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    };
    const document = (await get('json', 'en', 'young')).json<RunExport>();
    expect(document.complete).toBe(false);
    expect(document.events.map(({ data }) => data['seq']).at(-1)).toBe(6);
    expect((await get('html', 'en', 'young')).text).toContain('This run has not ended.');
    expect((await get('md', 'zh', 'young')).text).toContain('此运行尚未结束');
  });

  it('waits for nothing where a run that goes on is silent', async () => {
    addFinishedRun(agent, { id: 'silent', workspace, status: agentpb.RunStatus.WAITING, endedAt: 0, seq: 99 });
    const told = agent.source;
    agent.source = async function* endless(request, signal) {
      yield* told(request, signal);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    };
    expect((await get('json', 'en', 'silent')).json<RunExport>().events).toHaveLength(14);
  });

  it('prints what the HTML says', async () => {
    const answer = await get('pdf', 'zh');
    expect(answer.headers.get('content-type')).toBe('application/pdf');
    expect(answer.text).toContain('%PDF');
    expect(printed[0]).toMatchObject({ lang: 'zh-CN', title: 'Count the commits.', caller: { tenant: 'default' } });
    expect(printed[0]?.html).toContain('<html lang="zh-CN">');
  });

  it('is an archive that unpacks below itself and proves its hashes', async () => {
    const answer = await fetch(`${url}/api/v1/runs/r1/export?format=zip`, {
      headers: { authorization: `Bearer ${key}` },
    });
    const folder = await mkdtemp(join(root, 'zip-'));
    await writeFile(join(folder, 'x.zip'), Buffer.from(await answer.arrayBuffer()));
    await run('unzip', ['-q', 'x.zip', '-d', 'out'], { cwd: folder });
    const { stdout } = await run('sha256sum', ['-c', 'MANIFEST.sha256'], { cwd: join(folder, 'out') });
    const names = stdout
      .trim()
      .split('\n')
      .map((line) => line.replace(/: OK$/, ''));
    expect(names).toEqual([
      'report.md',
      'report.html',
      'run.json',
      'report.pdf',
      'artifacts/out/数据.csv',
      'artifacts/empty',
      'artifacts/_CON',
      'artifacts/a_b',
      'artifacts/out/Data.csv',
      'artifacts/out/data-2.csv',
    ]);
    expect(await readFile(join(folder, 'out', 'artifacts', 'out', 'data-2.csv'), 'utf8')).toBe('y');
  });

  it('is an archive without the PDF where there is no Chromium, and the manifest says so', async () => {
    noPdf = new HoldfastError('FAILED_PRECONDITION', 'PDF needs Chromium, which was not found.');
    const answer = await fetch(`${url}/api/v1/runs/r1/export?format=zip`, {
      headers: { authorization: `Bearer ${key}` },
    });
    const folder = await mkdtemp(join(root, 'zip-'));
    await writeFile(join(folder, 'x.zip'), Buffer.from(await answer.arrayBuffer()));
    await run('unzip', ['-q', 'x.zip', '-d', 'out'], { cwd: folder });
    const manifest = await readFile(join(folder, 'out', 'MANIFEST.sha256'), 'utf8');
    expect(manifest).toContain('# report.pdf is left out: PDF needs Chromium, which was not found.\n');
    await run('sha256sum', ['-c', '--strict', 'MANIFEST.sha256'], { cwd: join(folder, 'out') });
    expect((await get('pdf')).json().error.code).toBe('FAILED_PRECONDITION');
  });

  it('is refused in an unknown format, and to other tenants', async () => {
    expect((await get('docx')).json().error.code).toBe('INVALID_ARGUMENT');
    agent.add({ id: 'foreign', tenant: 'other' });
    expect((await get('json', 'en', 'foreign')).status).toBe(404);
  });
});

describe('an exported page with hostile content (QA-1)', () => {
  it('has it as text', async () => {
    const { text } = await get('html');
    expect(text).not.toMatch(/<(?:script|img|svg|iframe|use)\b/i);
    expect(text).not.toMatch(/href="(?!#|http)/i);
    expect(text).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/);
    const attributes = [...text.matchAll(/<[a-z][^<>]*>/g)].join('');
    expect(attributes).not.toMatch(/\son\w+=/);
    expect(text).toContain('&#x3C;script>');
  });

  it('has it in Markdown as text too', async () => {
    const { text } = await get('md');
    const outsideCode = text.replaceAll(/^(`{3,})[^`]*?\n[\s\S]*?\n\1$/gm, '');
    expect(outsideCode).not.toMatch(/(?<!\\)<(?!a id="action-|\/a>|http)/);
    expect(outsideCode).not.toMatch(/(?<!\\)!\[/);
    expect(text).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/);
    expect(text).toContain('U+202E');
    expect(HOSTILE).toContain('\u202E');
  });

  it('is written elsewhere than in the thread that serves', async () => {
    addFinishedRun(agent, { id: 'huge', workspace, output: '> '.repeat(10_000) + '*a '.repeat(150_000) });
    const slow = get('html', 'en', 'huge');
    const viewer = await makeKeyOf('viewer');
    expect((await call(`${url}/api/v1/runs`, { key: viewer })).status).toBe(200);
    expect((await slow).text).toContain('</html>');
  });
});

function makeKeyOf(role: string): Promise<string> {
  return makeKey({ url, ownerKey: key } as Parameters<typeof makeKey>[0], role);
}
