import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';

import type { Sandbox } from 'e2b';
import { describe, expect, it } from 'vitest';

import { useSdk } from './support/sdk.ts';

const sdk = useSdk();

/** A request as one would come that found the host by DNS. */
async function get(host: string, path = '/', headers: Record<string, string> = {}) {
  const sent = request({ host: '127.0.0.1', port: sdk.service.port, path, headers: { host, ...headers } });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode, body: await text(response) };
}

async function serve(sandbox: Sandbox): Promise<void> {
  await sandbox.files.write('www/index.html', 'from inside');
  await sandbox.commands.run('python3 -m http.server 8000 --bind 127.0.0.1 -d www', { background: true, timeoutMs: 0 });
  await expect.poll(async () => (await get(sandbox.getHost(8000))).status, { timeout: 20_000 }).toBe(200);
}

describe('ports of a sandbox (SB-1)', () => {
  it('reaches what listens inside, by its host name or by headers', async () => {
    const sandbox = await sdk.create();
    await serve(sandbox);
    expect(await get(sandbox.getHost(8000), '/index.html')).toEqual({ status: 200, body: 'from inside' });
    const { E2B_SANDBOX_URL } = sdk.service.env;
    const headers = { 'e2b-sandbox-id': sandbox.sandboxId, 'e2b-sandbox-port': '8000' };
    expect(await (await fetch(`${E2B_SANDBOX_URL}/index.html`, { headers })).text()).toBe('from inside');
  });

  it('says that nothing listens, and that a sandbox has ended', async () => {
    const sandbox = await sdk.create();
    const closed = await get(sandbox.getHost(9999));
    expect(closed.status).toBe(502);
    expect(JSON.parse(closed.body)).toMatchObject({ message: expect.stringContaining('port is not open') });
    await sandbox.kill();
    const gone = await get(sandbox.getHost(9999));
    expect(JSON.parse(gone.body)).toEqual({
      sandboxId: sandbox.sandboxId,
      message: 'The sandbox was not found',
      code: 502,
    });
  });

  it('asks for a token where ports are private (QA-4)', async () => {
    const sandbox = await sdk.create({ network: { allowPublicTraffic: false } });
    const token = sandbox.trafficAccessToken ?? '';
    expect((await get(sandbox.getHost(8000))).status).toBe(403);
    expect((await get(sandbox.getHost(8000), '/', { 'e2b-traffic-access-token': 'wrong' })).status).toBe(403);
    expect((await get(sandbox.getHost(8000), '/', { 'e2b-traffic-access-token': token })).status).toBe(502);
  });

  it('passes a connection on that becomes another protocol', async () => {
    const sandbox = await sdk.create();
    await sandbox.files.write(
      'echo.py',
      [
        'import socket',
        's = socket.create_server(("127.0.0.1", 8001))',
        'c, _ = s.accept()',
        'c.recv(65536)',
        'c.sendall(b"HTTP/1.1 101 Switching Protocols\\r\\nconnection: upgrade\\r\\nupgrade: echo\\r\\n\\r\\n")',
        'while data := c.recv(65536): c.sendall(data)',
      ].join('\n'),
    );
    await sandbox.commands.run('python3 echo.py', { background: true, timeoutMs: 0 });
    await expect
      .poll(async () => (await sandbox.commands.run('cat /proc/net/tcp')).stdout, { timeout: 20_000 })
      .toContain(':1F41');
    const sent = request({
      host: '127.0.0.1',
      port: sdk.service.port,
      headers: { host: sandbox.getHost(8001), connection: 'upgrade', upgrade: 'echo' },
    });
    sent.end();
    const [, socket] = (await once(sent, 'upgrade')) as [unknown, Socket];
    socket.write('ping');
    const [data] = (await once(socket, 'data')) as [Buffer];
    expect(data.toString()).toBe('ping');
    socket.destroy();
  });
});
