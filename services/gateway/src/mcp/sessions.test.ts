import { McpServer } from '@modelcontextprotocol/server';
import { HoldfastError } from '@holdfast/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { McpCaller } from './caller.ts';
import { Sessions } from './sessions.ts';

const IDLE_MS = 1000;
const caller = new McpCaller(
  { kind: 'key', subject: 'key:1', tenant: 'default', role: 'owner', scopes: new Set(), userId: null },
  '',
);
const INITIALIZE = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};

let now: number;
let release: () => void;
let sessions: Sessions;
beforeEach(() => {
  now = 0;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let id = 0;
  sessions = new Sessions({
    limits: { maxPerCaller: 2, idleMs: IDLE_MS },
    newId: () => `session-${(id += 1)}`,
    now: () => now,
    onError: () => undefined,
    serverFor: async () => {
      const server = new McpServer({ name: 'test', version: '1' });
      server.registerTool('work', {}, async () => {
        await released;
        return { content: [] };
      });
      return server;
    },
  });
});
afterEach(() => sessions.close());

const send = (body: unknown, sessionId?: string): Promise<Response> => {
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...(sessionId === undefined ? {} : { 'mcp-session-id': sessionId, 'mcp-protocol-version': '2025-11-25' }),
  };
  const request = new Request('http://127.0.0.1/mcp', { method: 'POST', headers, body: JSON.stringify(body) });
  return sessions.handle(request, caller, body);
};
const begin = async (): Promise<string> => {
  const response = await send(INITIALIZE);
  await response.text();
  return response.headers.get('mcp-session-id') ?? '';
};
const ping = async (id: string): Promise<number> => {
  const response = await send({ jsonrpc: '2.0', id: 1, method: 'ping' }, id);
  await response.text();
  return response.status;
};
const work = { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'work', arguments: {} } };

it('ends a session that was idle for long, and not one that was used (TL-5)', async () => {
  const [idle, used] = [await begin(), await begin()];
  now = IDLE_MS;
  expect(await ping(used)).toBe(200);
  now = IDLE_MS + 1;
  expect([await ping(idle), await ping(used)]).toEqual([404, 200]);
  expect(sessions.size).toBe(1);
});

it('never ends one in which a call is under way, though its client has gone', async () => {
  const id = await begin();
  await (await send(work, id)).body?.cancel();
  now = IDLE_MS * 10;
  await begin();
  expect(sessions.size).toBe(2);
  release();
  await new Promise((resolve) => setTimeout(resolve, 10));
  now = IDLE_MS * 20;
  expect(await ping(id)).toBe(404);
});

it('refuses another session where all are in use', async () => {
  for (const id of [await begin(), await begin()]) await send(work, id);
  await expect(begin()).rejects.toSatisfy((error) => HoldfastError.has(error, 'RATE_LIMITED'));
  release();
});

it('keeps nothing of what begins no session', async () => {
  expect((await send({ jsonrpc: '2.0', id: 1, method: 'ping' })).status).toBe(400);
  expect((await send({ ...INITIALIZE, params: {} })).status).toBe(400);
  expect(sessions.size).toBe(0);
});
