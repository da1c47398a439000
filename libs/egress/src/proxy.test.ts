import { describe, expect, it } from 'vitest';

import { PUBLIC, rules, run, startHttp, startWorld, talk } from './testing.ts';

describe('plain HTTP through the egress proxy (SB-3)', () => {
  it('carries allowed requests of curl, and leaves a record at the decision and at the end', async () => {
    await using server = await startHttp((request, response) => response.end(`${request.method} ${request.url}`));
    await using world = await startWorld({
      rules: rules(['example.org']),
      names: { 'example.org': [PUBLIC] },
      ports: { 80: server.port },
    });
    const ran = await run('curl', ['-sS', '-x', world.url, 'http://EXAMPLE.org./a/../b?c=d']);
    expect(ran).toMatchObject({ code: 0, stdout: 'GET /b?c=d' });
    expect(world.records).toMatchObject([
      {
        id: 1,
        stage: 'decided',
        verdict: 'allow',
        rule: 'example.org',
        host: 'example.org',
        port: 80,
        address: PUBLIC,
      },
      { id: 1, stage: 'ended', verdict: 'allow', verb: 'GET', context: 'box-1', reason: '' },
    ]);
    const { bytesUp, bytesDown } = world.context.counters();
    expect(world.records[1]).toMatchObject({ bytesUp, bytesDown });
    expect(bytesUp).toBeGreaterThan(50);
    expect(world.problems).toEqual([]);
  });

  it('refuses what is not allowed with 403, saying what, why and by which key; the name is not resolved', async () => {
    await using world = await startWorld({ rules: rules(['example.org']) });
    const ran = await run('curl', ['-sS', '-w', '%{http_code}', '-x', world.url, 'http://secret-data.evil.test/']);
    expect(ran.stdout).toMatch(/evil\.test:80 is not in sandbox\.egress\.allow.*403$/s);
    expect(world.resolved).toEqual([]);
    expect(world.records).toMatchObject([
      { stage: 'ended', verdict: 'deny', rule: 'default', host: 'secret-data.evil.test' },
    ]);
    expect(world.context.counters()).toMatchObject({ denied: 1, requests: 1, bytesUp: 0 });
  });

  it('decides each request of one keep-alive connection anew, and pipelined ones in order', async () => {
    await using server = await startHttp((request, response) => response.end(`<${request.url}>`));
    await using world = await startWorld({
      rules: rules(['a.test', 'b.test']),
      names: { 'a.test': [PUBLIC], 'b.test': [PUBLIC] },
      ports: { 80: server.port },
    });
    const get = (host: string, path: string, more = '') =>
      `GET http://${host}${path} HTTP/1.1\r\nHost: ${host}\r\n${more}\r\n`;
    const heard = await talk(world.port, [
      get('a.test', '/1') + get('b.test', '/2') + get('a.test', '/3'),
      get('c.test', '/4') + get('a.test', '/5', 'Connection: close\r\n') + get('a.test', '/6'),
    ]);
    expect(heard.match(/<\/\d>|c\.test:80 is not in/g)).toEqual([
      '</1>',
      '</2>',
      '</3>',
      'c.test:80 is not in',
      'c.test:80 is not in',
      '</5>',
    ]);
    expect(world.resolved).toEqual(['a.test', 'b.test', 'a.test', 'a.test']);
    expect(world.context.counters().connectionsTotal).toBe(1);
  });
});
