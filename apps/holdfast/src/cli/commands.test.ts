import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  FULL_RUN,
  type RestServer,
  type Routes,
  runView,
  sendError,
  sendEvents,
  startRestServer,
} from './testing/rest-server.ts';
import { cli, spawnCli } from './testing/spawn-cli.ts';

const AGENTS = {
  agents: [
    {
      name: 'assistant',
      description: 'General.',
      description_zh: '通用。',
      playbook: false,
      models: ['openai/m'],
      tools: [],
      unavailable: null,
      parameters: {},
    },
    {
      name: 'profile',
      description: 'Profiles a file.',
      description_zh: '剖析文件。',
      playbook: true,
      models: [],
      tools: [],
      unavailable: null,
      parameters: {
        properties: {
          file: { type: 'string', format: 'host-path' },
          deep: { type: 'boolean' },
          title: { type: 'string' },
        },
      },
    },
  ],
};

let home = '';
const servers: RestServer[] = [];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'holdfast-cli-'));
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
  await rm(home, { recursive: true });
});

/** A server, and the files by which the command line of this home finds it. */
async function serve(routes: Routes): Promise<RestServer> {
  const server = await startRestServer(routes);
  servers.push(server);
  await mkdir(join(home, '.holdfast'), { recursive: true });
  await writeFile(join(home, '.holdfast', 'server.json'), JSON.stringify({ url: server.url, pid: 1 }));
  await writeFile(join(home, '.holdfast', 'local.key'), 'hf_local_secret\n');
  return server;
}

describe('holdfast', () => {
  it('finds the server of this machine and its key by the data directory', async () => {
    const server = await serve({ 'GET /agents': () => AGENTS });
    const { code, stdout } = await cli(['agents'], { home });
    expect(code).toBe(0);
    expect(stdout).toContain('assistant');
    expect(stdout).toContain('playbook, no model');
    expect(server.seen[0]?.headers.authorization).toBe('Bearer hf_local_secret');
  });

  it('gives the local key to no other address', async () => {
    await serve({});
    const other = await startRestServer({ 'GET /agents': () => AGENTS });
    servers.push(other);
    await cli(['agents', '--url', other.url], { home });
    await cli(['agents', '--url', other.url], { home, env: { HOLDFAST_API_KEY: 'hf_mine_1' } });
    expect(other.seen.map((one) => one.headers.authorization)).toEqual([undefined, 'Bearer hf_mine_1']);
  });

  it('says how to start a server where none runs (69), also as JSON', async () => {
    const plain = await cli(['run', 'a', 'b'], { home });
    expect(plain).toMatchObject({ code: 69, stdout: '' });
    expect(plain.stderr).toContain('holdfast up');
    const json = await cli(['runs', '--json'], { home });
    expect(json.code).toBe(69);
    expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: 'UNAVAILABLE' } });
    expect(json.stderr).toBe('');
  });

  it.each([
    [['frobnicate'], 'frobnicate'],
    [['run'], 'agent'],
    [['run', 'a', 'b', 'c'], 'quotes'],
    [['runs', '--frob'], '--frob'],
    [['run', 'a', '--limit-steps', '-1'], '--limit-steps'],
    [['run', 'a', '--limit-time', 'soon'], 'soon'],
    [['run', 'a', '--input', 'x=/does/not/exist'], '/does/not/exist'],
    [['run', 'a', '--param', 'novalue'], 'novalue'],
  ])('refuses %j as wrong usage (2)', async (args, word) => {
    const { code, stderr, stdout } = await cli(args, { home });
    expect(code).toBe(2);
    expect(stderr).toContain(word);
    expect(stdout).toBe('');
  });

  it('refuses a wrong configuration (78), naming the line', async () => {
    await writeFile(join(home, 'holdfast.yaml'), 'gateway:\n  prot: 1\n');
    const { code, stderr } = await cli(['config'], { home });
    expect(code).toBe(78);
    expect(stderr).toContain('holdfast.yaml:2');
    expect(stderr).toContain('gateway.port');
  });

  it('shows the configuration without secrets, with origins', async () => {
    const { code, stdout } = await cli(['config', '--json', '--set', 'storage.sql=postgres://u:hunter2@h/db'], {
      home,
      env: { HOLDFAST_TELEMETRY__OTLP_HEADERS: '{"x-access": "verysecret"}' },
    });
    expect(code).toBe(0);
    const { values } = JSON.parse(stdout) as { values: { key: string; value: unknown; origin: string }[] };
    expect(values.find((one) => one.key === 'storage.sql')).toEqual({
      key: 'storage.sql',
      value: 'postgres://u:[redacted]@h/db',
      origin: '--set storage.sql',
    });
    expect(stdout).not.toContain('verysecret');
  });

  it('speaks Chinese by --lang and by LANG', async () => {
    expect((await cli(['--help', '--lang', 'zh'], { home })).stdout).toContain('用法');
    expect((await cli(['runs'], { home, env: { LANG: 'zh_CN.UTF-8' } })).stderr).toContain('没有运行中的服务器');
  });
});

describe('holdfast run', () => {
  it('makes paths absolute for a playbook, reads parameters by its schema, and sends limits once', async () => {
    const server = await serve({ 'GET /agents': () => AGENTS, 'POST /runs': () => runView() });
    await mkdir(join(home, 'repo'));
    await writeFile(join(home, 'a.csv'), 'x');
    const args = [
      'run',
      'profile',
      'repo',
      '-i',
      'data=a.csv',
      '-i',
      'repo',
      '-p',
      'deep=true',
      '-p',
      'title=1',
      '-p',
      'file=b=c.csv',
      '-t',
      'x',
    ];
    const { code, stdout } = await cli([...args, '--limit-time', '2m', '--limit-steps', '7', '--limit-cost', '0.5'], {
      home,
    });
    expect(code).toBe(0);
    expect(stdout).toBe('run_1\n');
    const sent = server.seen.find((one) => one.method === 'POST');
    expect(sent?.body).toEqual({
      agent: 'profile',
      task: join(home, 'repo'),
      inputs: [{ name: 'data', path: join(home, 'a.csv') }, { path: join(home, 'repo') }],
      parameters: { deep: true, title: '1', file: join(home, 'b=c.csv') },
      limits: { wall_ms: 120_000, steps: 7, cost_usd: 0.5 },
      tags: ['x'],
    });
    expect(sent?.headers['idempotency-key']).toMatch(/.{20}/);
  });

  it('names a path that is not there in full, and leaves words to the server', async () => {
    const server = await serve({ 'GET /agents': () => AGENTS, 'POST /runs': () => runView() });
    const tasks = ['../gone/repo', '~/gone', 'gone', 'what is this?', 'https://example.invalid/x.git', '今天天气'];
    for (const task of tasks) await cli(['run', 'profile', task], { home });
    const sent = server.seen.filter((one) => one.method === 'POST').map((one) => (one.body as { task: string }).task);
    expect(sent).toEqual([
      join(home, '../gone/repo'),
      join(home, 'gone'),
      join(home, 'gone'),
      'what is this?',
      'https://example.invalid/x.git',
      '今天天气',
    ]);
  });

  it("leaves an agent's task as it is, even where a file has that name", async () => {
    const server = await serve({ 'GET /agents': () => AGENTS, 'POST /runs': () => runView() });
    await mkdir(join(home, 'repo'));
    await cli(['run', 'assistant', 'repo'], { home });
    expect(server.seen.at(-1)?.body).toMatchObject({ task: 'repo' });
  });

  it('passes on what the server says against it', async () => {
    await serve({
      'GET /agents': () => AGENTS,
      'POST /runs': (_, response) => sendError(response, 422, 'TASK_UNSUPPORTED', 'Connect a model.'),
    });
    const { code, stderr } = await cli(['run', 'profile', 'tell me a joke', '--lang', 'zh'], { home });
    expect(code).toBe(1);
    expect(stderr).toContain('剧本做不了这个任务');
    expect(stderr).toContain('Connect a model.');
  });

  it.each([
    ['succeeded', 0],
    ['failed', 1],
    ['canceled', 130],
  ] as const)(
    '--follow: a run that %s ends with %i; the answer on stdout, all else on stderr',
    async (status, exit) => {
      await serve({
        'GET /agents': () => AGENTS,
        'POST /runs': () => runView(),
        'GET /runs/run_1/events': (_, response) => {
          sendEvents(response, FULL_RUN);
          response.end();
        },
        'GET /runs/run_1': () =>
          runView({ status, output: 'The answer.', ended_at: '2026-11-24T02:00:09.000Z', artifacts: ['report.md'] }),
      });
      const { code, stdout, stderr } = await cli(['run', 'assistant', 'x', '--follow'], { home });
      expect(code).toBe(exit);
      expect(stdout).toBe('The answer.\n');
      expect(stderr).toContain('● bash ls -l');
      expect(stderr).toContain('✓ bash 0.1 s');
      expect(stderr).toContain('/data/runs/run_1/report.md');
      expect(stderr).not.toContain('\u001b');
    },
  );

  it('--follow --json: every event and the run, one object a line', async () => {
    await serve({
      'GET /agents': () => AGENTS,
      'POST /runs': () => runView(),
      'GET /runs/run_1/events': (_, response) => {
        sendEvents(response, FULL_RUN);
        response.end();
      },
      'GET /runs/run_1': () => runView({ status: 'succeeded', output: 'The answer.' }),
    });
    const { stdout } = await cli(['run', 'assistant', 'x', '--follow', '--json'], { home });
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string });
    expect(lines.map((line) => line.type)).toEqual([...FULL_RUN.map((event) => event.type), 'run']);
  });
});

describe('holdfast watch (AG-4)', () => {
  it('goes on after the last event it saw when the connection drops, and misses and repeats nothing', async () => {
    let connection = 0;
    await serve({
      'GET /runs/run_1/events': (seen, response) => {
        connection += 1;
        const from = FULL_RUN.findIndex((event) => event.id === seen.headers['last-event-id']) + 1;
        sendEvents(response, FULL_RUN.slice(from, from + 4));
        if (connection === 1) response.write('id: 9-9\nevent: tool.out');
        setTimeout(() => response.destroy(), 20);
      },
      'GET /runs/run_1': () => runView({ status: 'succeeded', output: 'The answer.' }),
    });
    const { code, stdout, stderr } = await cli(['watch', 'run_1', '--json'], { home });
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id?: string });
    expect(code).toBe(0);
    expect(lines.flatMap((line) => line.id ?? [])).toEqual(FULL_RUN.map((event) => event.id));
    expect(connection).toBe(3);
    expect(stderr).toContain('The server went away');
    expect(stderr).toContain('The server is back');
  });

  it('ends at once where the run has ended and nothing is left to show (204)', async () => {
    let connections = 0;
    await serve({
      'GET /runs/run_1/events': (_, response) => {
        connections += 1;
        response.writeHead(204).end();
      },
      'GET /runs/run_1': () => runView({ status: 'failed' }),
    });
    const { code, stderr } = await cli(['watch', 'run_1', '--after', '1-9'], { home });
    expect(code).toBe(1);
    expect(connections).toBe(1);
    expect(stderr).not.toContain('The server went away');
  });

  it('survives a restart of the server on another port with another key', async () => {
    const first = await serve({
      'GET /runs/run_1/events': (_, response) => sendEvents(response, FULL_RUN.slice(0, 4)),
    });
    const watching = spawnCli(['watch', 'run_1'], { home });
    await watching.until('stderr', '● bash');
    await first.close();
    await rm(join(home, '.holdfast', 'server.json'));
    await rm(join(home, '.holdfast', 'local.key'));
    await watching.until('stderr', 'The server went away');
    const second = await startRestServer({
      'GET /runs/run_1/events': (seen, response) => {
        if (seen.headers.authorization !== 'Bearer hf_local_new')
          return sendError(response, 401, 'UNAUTHENTICATED', 'No.');
        expect(seen.headers['last-event-id']).toBe('1-4');
        sendEvents(response, FULL_RUN.slice(4));
        response.end();
      },
      'GET /runs/run_1': () => runView({ status: 'succeeded', output: 'The answer.' }),
    });
    servers.push(second);
    await writeFile(join(home, '.holdfast', 'local.key'), 'hf_local_new\n');
    await writeFile(join(home, '.holdfast', 'server.json'), JSON.stringify({ url: second.url, pid: 2 }));
    const { code, stdout } = await watching.done;
    expect(code).toBe(0);
    expect(stdout).toBe('The answer.\n');
  });

  it('detaches on Ctrl-C: the run goes on, and it says how to watch and cancel it', async () => {
    const server = await serve({
      'GET /runs/run_1/events': (_, response) => sendEvents(response, FULL_RUN.slice(0, 4)),
    });
    const watching = spawnCli(['watch', 'run_1'], { home });
    await watching.until('stderr', '● bash');
    watching.kill('SIGINT');
    const { code, stderr } = await watching.done;
    expect(code).toBe(130);
    expect(stderr).toContain('holdfast watch run_1');
    expect(stderr).toContain('holdfast cancel run_1');
    expect(server.seen.filter((one) => one.method === 'POST')).toEqual([]);
  });

  it('says how to answer where nobody sits at a terminal', async () => {
    await serve({
      'GET /runs/run_1/events': (_, response) => {
        sendEvents(response, [
          {
            id: '1-1',
            type: 'question.asked',
            data: { action_id: 'q1', about: 'approval', text: 'Push?', choices: ['approve', 'deny'] },
          },
          { id: '1-2', type: 'run.ended', data: { status: 'succeeded' } },
        ]);
        response.end();
      },
      'GET /runs/run_1': () => runView({ status: 'succeeded' }),
    });
    expect((await cli(['watch', 'run_1'], { home })).stderr).toContain('holdfast approve run_1 q1');
  });

  it('ends at once for a run that is not there', async () => {
    await serve({});
    const { code, stderr } = await cli(['watch', 'nope'], { home });
    expect(code).toBe(1);
    expect(stderr).toContain('There is no');
  });
});

describe('holdfast approve', () => {
  const question = { action_id: 'q1', kind: 'approval', text: 'Push?', tool: 'bash', choices: [] };
  const asking = (...questions: object[]) => ({
    'GET /runs/run_1': () => ({ ...runView({ status: 'waiting' }), questions }),
    'POST /runs/run_1/answers': () => runView(),
  });

  it.each([
    [[], { choice: 'approve', text: '' }],
    [['--deny', '--text', 'too risky'], { choice: 'deny', text: 'too risky' }],
  ])('answers the one open question with %j', async (flags, answer) => {
    const server = await serve(asking(question));
    expect((await cli(['approve', 'run_1', ...flags], { home })).code).toBe(0);
    expect(server.seen.at(-1)?.body).toEqual({ action_id: 'q1', ...answer });
  });

  it('asks which where there are several, and sends nothing', async () => {
    const server = await serve(asking(question, { ...question, action_id: 'q2', text: 'Pull?' }));
    const { code, stderr } = await cli(['approve', 'run_1'], { home });
    expect(code).toBe(2);
    expect(stderr).toContain('q2  Pull?');
    expect(server.seen.every((one) => one.method === 'GET')).toBe(true);
  });

  it('never approves what only a choice or a text can answer', async () => {
    await serve(
      asking({
        action_id: 'u1',
        kind: 'unknown_outcome',
        text: 'Did it happen?',
        tool: null,
        choices: ['happened', 'retry', 'failed'],
      }),
    );
    const { code, stderr } = await cli(['approve', 'run_1'], { home });
    expect(code).toBe(2);
    expect(stderr).toContain('happened, retry, failed');
  });
});

describe('the other verbs', () => {
  it('steer runs', async () => {
    const post = () => runView({ status: 'held' });
    const server = await serve({
      'POST /runs/run_1/stop': post,
      'POST /runs/run_1/resume': post,
      'POST /runs/run_1/cancel': post,
      'POST /runs/run_1/fork': () => runView({ id: 'run_2' }),
    });
    expect((await cli(['stop', 'run_1'], { home })).stdout).toContain('held');
    expect((await cli(['resume', 'run_1'], { home })).code).toBe(0);
    expect((await cli(['cancel', 'run_1', '--reason', 'no'], { home })).code).toBe(0);
    expect((await cli(['fork', 'run_1', '--at', '4', '--replay', '--model', 'm'], { home })).stdout).toBe('run_2\n');
    expect(server.seen.map((one) => one.body)).toEqual([
      {},
      {},
      { reason: 'no' },
      { seq: 4, replay: true, agent: '', model: 'm', task: '' },
    ]);
  });

  it('list and show runs, harmless on a terminal', async () => {
    const server = await serve({
      'GET /runs': () => ({ runs: [runView({ task: 'evil\u001b[31m\ntask' })], next_page: null }),
      'GET /runs/run_1': () => runView(),
      'GET /runs/run_1/actions': () => ({
        actions: [
          {
            id: 't1.0',
            kind: 'tool',
            name: 'bash',
            arguments: { command: 'ls' },
            intent_seq: 3,
            outcome: 'ok',
            settled: 'rerun',
          },
        ],
      }),
    });
    const list = await cli(['runs', '--status', 'running', '--search', '100% & 磐石'], { home });
    expect(list.stdout).toContain('evil task');
    expect(Object.fromEntries(server.seen[0]?.query ?? [])).toEqual({ status: 'running', search: '100% & 磐石' });
    const show = await cli(['show', 'run_1'], { home });
    expect(show.stdout).toContain('ok (rerun)');
    expect(JSON.parse((await cli(['show', 'run_1', '--json'], { home })).stdout)).toMatchObject({
      run: { id: 'run_1' },
      actions: [{ id: 't1.0' }],
    });
  });

  it('list, find, show and try tools without making a call (TL-5)', async () => {
    const bash = {
      name: 'bash',
      description: 'Runs \u001b[31ma line.',
      parameters: { type: 'object' },
      effect: 'write',
      approval: 'none',
      timeout_ms: 30_000,
      source: 'builtin',
    };
    const told = {
      effect: 'write',
      approval: 'always',
      timeout_ms: 1000,
      problem: null,
      cost_usd: 0.5,
      rates: [{ tools: 'bash', calls: 3, per: 'hour', of: 'run', left: 2, wait_ms: 0 }],
      budgets: [{ tools: 'bash', of: 'day', limit_usd: 2, spent_usd: 1 }],
      max_result_bytes: 1,
      preview: { commands: ['ls'] },
      no_preview: '',
    };
    const server = await serve({
      'GET /tools': () => ({ tools: [bash] }),
      'GET /tools/search': () => ({ tools: [] }),
      'POST /tools/bash/dry-run': () => told,
      'POST /tools/gone/dry-run': () => ({ ...told, problem: { code: 'REFUSED', message: 'No.' } }),
      'GET /tools/usage': () => ({
        usage: [{ day: '2026-11-27', tool: 'bash', calls: 3, failed: 1, cost_usd: 0.25 }],
        budgets: told.budgets,
      }),
    });
    const list = await cli(['tools', 'list'], { home });
    expect(list.stdout).toContain('builtin');
    expect(list.stdout).not.toContain('\u001b[31m');
    expect((await cli(['tools', 'search', '列出 files'], { home })).stdout).toContain('No tool fits');
    expect(Object.fromEntries(server.seen[1]?.query ?? [])).toEqual({ q: '列出 files' });
    expect((await cli(['tools', 'show', 'bash'], { home })).stdout).toContain('"type": "object"');
    expect((await cli(['tools', 'show', 'bush', '--lang', 'zh'], { home })).stderr).toContain('没有工具 bush');
    const dry = await cli(['tools', 'dry-run', 'bash', '{"command":"ls"}', '--run', 'run_1'], { home });
    expect(server.seen.at(-1)?.body).toEqual({ arguments: { command: 'ls' }, run_id: 'run_1' });
    expect(dry.stdout).toContain('bash: 2 of 3 calls left (hour, run)');
    expect(dry.code).toBe(0);
    expect((await cli(['tools', 'dry-run', 'gone'], { home })).code).toBe(1);
    expect((await cli(['tools', 'dry-run', 'bash', '[1]'], { home })).code).toBe(2);
    const usage = await cli(['tools', 'usage', '--since', '2026-11-01', '--json'], { home });
    expect(JSON.parse(usage.stdout)).toMatchObject({ usage: [{ calls: 3 }] });
    expect((await cli(['tools', 'usage'], { home })).stdout).toContain('0.25 USD');
  });

  it('make, list and revoke keys', async () => {
    const server = await serve({
      'POST /keys': () => ({ id: 'k1', key: 'hf_k1_secret', name: 'ci', role: 'viewer', scopes: [] }),
      'GET /keys': () => ({
        keys: [{ id: 'k1', name: 'ci', role: 'viewer', scopes: ['runs:read'], expires_at: null, last_used_at: null }],
      }),
      'DELETE /keys/k1': (_, response) => void response.writeHead(204).end(),
    });
    const made = await cli(['keys', 'create', 'ci', '--role', 'viewer', '--days', '30'], { home });
    expect(made.stdout).toBe('hf_k1_secret\n');
    expect(server.seen[0]?.body).toMatchObject({
      name: 'ci',
      role: 'viewer',
      expires_at: expect.stringMatching(/^20\d\d-/) as string,
    });
    expect((await cli(['keys', 'list'], { home })).stdout).toContain('runs:read');
    expect((await cli(['keys', 'revoke', 'k1'], { home })).code).toBe(0);
  });

  it('print a playbook as it is', async () => {
    const server = await serve({
      'GET /runs/run_1/playbook': (_, response) =>
        void response.writeHead(200, { 'content-type': 'text/markdown' }).end('---\nname: x\n---\n'),
    });
    expect((await cli(['playbook', 'export', 'run_1'], { home })).stdout).toBe('---\nname: x\n---\n');
    expect(server.seen.at(-1)?.query.get('name')).toBe('run-run_1');
  });
});
