import { create, agentpb } from '@holdfast/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { call, makeKey, startGateway, type TestGateway } from '../../../services/gateway/src/testing.ts';
import { connectClient, INITIALIZE, post } from './support/client.ts';

const PING = { jsonrpc: '2.0', id: 1, method: 'ping' };
const version = (id: string) => ({ 'mcp-session-id': id, 'mcp-protocol-version': '2025-11-25' });

describe('MCP at the gateway, wrong and hostile clients (TL-5)', () => {
  let test: TestGateway;
  beforeEach(async () => {
    test = await startGateway({ gateway: { mcp: { max_sessions_per_caller: 3 } } });
  });
  afterEach(() => test.close());
  const begin = async (key = test.ownerKey): Promise<string> => {
    const { headers, status } = await post(test.url, key, INITIALIZE);
    expect(status).toBe(200);
    return headers.get('mcp-session-id') ?? '';
  };

  it('are told who may come in: no key, a wrong key', async () => {
    for (const key of ['', 'hf_local_wrong']) {
      const { headers, status } = await post(test.url, key, INITIALIZE);
      expect({ status, challenge: headers.get('www-authenticate') }).toEqual({
        status: 401,
        challenge: 'Bearer realm="holdfast"',
      });
    }
  });

  it('are refused where a page of another site sends them, whatever the key', async () => {
    for (const origin of ['http://evil.example', 'null', 'http://127.0.0.1:1']) {
      expect((await post(test.url, test.ownerKey, INITIALIZE, { origin })).status, origin).toBe(403);
    }
    expect((await post(test.url, test.ownerKey, INITIALIZE, { origin: test.url })).status).toBe(200);
  });

  it('get an error of JSON-RPC for what is no JSON, or no message', async () => {
    for (const body of ['{"jsonrpc":', 'null', '[]', '{"a":1}', '"text"', '']) {
      const { status, text } = await post(test.url, test.ownerKey, body);
      expect(status, body).toBe(400);
      expect(JSON.parse(text), body).toMatchObject({ jsonrpc: '2.0', error: { code: expect.any(Number) } });
    }
    expect((await post(test.url, test.ownerKey, PING, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post(test.url, test.ownerKey, INITIALIZE, { accept: 'text/html' })).status).toBe(406);
  });

  it('get 413 for a body above the limit', async () => {
    const { status } = await post(test.url, test.ownerKey, { ...PING, params: { x: 'x'.repeat(2 * 1024 * 1024) } });
    expect(status).toBe(413);
  });

  it('are told which versions there are', async () => {
    const id = await begin();
    const wrong = await post(test.url, test.ownerKey, PING, { ...version(id), 'mcp-protocol-version': '1999-01-01' });
    expect(wrong.status).toBe(400);
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2099-01-01',
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const future = await post(
      test.url,
      test.ownerKey,
      { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: meta } },
      { 'mcp-protocol-version': '2099-01-01', 'mcp-method': 'tools/list' },
    );
    expect(future.status).toBe(400);
    expect(future.text).toContain('2026-07-28');
  });

  it('get 404 for a session that has ended, that never was, and that is somebody else’s', async () => {
    const id = await begin();
    const other = await makeKey(test, 'operator');
    expect((await post(test.url, other, PING, version(id))).status).toBe(404);
    expect((await post(test.url, test.ownerKey, PING, version('no-such-session'))).status).toBe(404);
    expect((await post(test.url, test.ownerKey, PING, version(id))).status).toBe(200);
    const ended = await call(`${test.url}/mcp`, { method: 'DELETE', key: test.ownerKey, headers: version(id) });
    expect(ended.status).toBe(200);
    expect((await post(test.url, test.ownerKey, PING, version(id))).status).toBe(404);
  });

  it('get 400 for a message without a session', async () => {
    expect((await post(test.url, test.ownerKey, PING)).status).toBe(400);
  });

  it('never have more sessions than one caller may: the oldest makes room', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) ids.push(await begin());
    const alive = await Promise.all(
      ids.map(async (id) => (await post(test.url, test.ownerKey, PING, version(id))).status),
    );
    expect(alive).toEqual([404, 404, 200, 200, 200]);
  });

  it('are offered what their key may, and refused the rest', async () => {
    test.agent.agents.push(create(agentpb.AgentSchema, { name: 'tester', description: 'Tests.' }));
    const viewer = await makeKey(test, 'viewer');
    const { client } = await connectClient(test.url, viewer, '2025-11-25');
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name).sort()).toEqual(['get_run', 'list_agents']);
    await expect(client.callTool({ name: 'run_agent', arguments: { agent: 'tester' } })).rejects.toThrow(/not found/);
    await client.close();
    expect(test.agent.calls.map(({ method }) => method)).not.toContain('createRun');
  });

  it('lose what their key may within a session when it is revoked', async () => {
    const made = await call(`${test.url}/api/v1/keys`, { key: test.ownerKey, json: { name: 'k', role: 'viewer' } });
    const { id: keyId, key } = made.json<{ id: string; key: string }>();
    const id = await begin(key);
    await call(`${test.url}/api/v1/keys/${keyId}`, { method: 'DELETE', key: test.ownerKey });
    expect((await post(test.url, key, PING, version(id))).status).toBe(401);
  });

  it('leave in the audit log which tools they called, and nothing of what they only read', async () => {
    const id = await begin();
    await post(test.url, test.ownerKey, PING, version(id));
    const params = { name: 'list_agents', arguments: {} };
    await post(test.url, test.ownerKey, { jsonrpc: '2.0', id: 2, method: 'tools/call', params }, version(id));
    await post(test.url, '', PING);
    const { entries } = (await call(`${test.url}/api/v1/audit`, { key: test.ownerKey })).json<{
      entries: { action: string; target: string; status: number }[];
    }>();
    expect(entries.filter(({ action }) => action === 'mcp.call_tool')).toMatchObject([
      { target: '', status: 401 },
      { target: 'list_agents', status: 200 },
    ]);
  });

  it('find nothing where it is turned off', async () => {
    const off = await startGateway({ gateway: { mcp: { enabled: false } } });
    expect((await post(off.url, off.ownerKey, INITIALIZE)).status).toBe(404);
    await off.close();
  });
});

describe('MCP at the gateway, many clients', () => {
  it('serves 100 at once', async () => {
    const test = await startGateway();
    test.agent.agents.push(create(agentpb.AgentSchema, { name: 'tester', description: 'Tests.' }));
    try {
      const clients = await Promise.all(
        Array.from({ length: 100 }, (_, n) =>
          connectClient(test.url, test.ownerKey, n % 2 === 0 ? '2025-11-25' : '2026-07-28'),
        ),
      );
      const answers = await Promise.all(
        clients.map(({ client }) => client.callTool({ name: 'list_agents', arguments: {} })),
      );
      expect(
        answers.filter(({ structuredContent }) => JSON.stringify(structuredContent).includes('tester')),
      ).toHaveLength(100);
      await Promise.all(clients.map(({ client }) => client.close()));
    } finally {
      await test.close();
    }
  });
});
