import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { CommandExitError, type Sandbox } from 'e2b';
import { afterAll, describe, expect, it } from 'vitest';

import { EGRESS_BYTES } from './support/service.ts';
import { useSdk } from './support/sdk.ts';

const PIECE = Buffer.alloc(1024 * 1024);
const PIECES = 64;

/** Answers more than a sandbox may receive. */
const decoy = createServer((_request, response) => {
  for (let n = 0; n < PIECES; n += 1) response.write(PIECE);
  response.end();
});
afterAll(() => {
  decoy.closeAllConnections();
  decoy.close();
});

const sdk = useSdk(async () => {
  decoy.listen(0, '127.0.0.1');
  await once(decoy, 'listening');
  return { allow: [`127.0.0.1:${portOf()}`], allow_private: ['127.0.0.1'] };
});
const portOf = (): number => (decoy.address() as AddressInfo).port;

async function failed(sandbox: Sandbox, command: string): Promise<CommandExitError> {
  const error: unknown = await sandbox.commands.run(command).catch((reason: unknown) => reason);
  if (error instanceof CommandExitError) return error;
  throw new Error(`${command} ended well`, { cause: error });
}

describe("quotas of a sandbox, by E2B's API (SB-2)", () => {
  it('names the memory quota where that ended a command, and works on', async () => {
    const sandbox = await sdk.create();
    expect((await failed(sandbox, 'tail /dev/zero')).error).toContain('more than 256 MiB of memory');
    expect((await failed(sandbox, 'kill -9 $$')).error).not.toContain('memory');
    expect((await sandbox.commands.run('echo on')).stdout).toBe('on\n');
  });

  it('has a full disk, and room again', async () => {
    const sandbox = await sdk.create();
    expect((await failed(sandbox, 'head -c 100000000 /dev/zero >~/large')).stderr).toMatch(/No space left/);
    expect((await sandbox.commands.run('rm ~/large && echo room >~/small && cat ~/small')).stdout).toBe('room\n');
  });

  it('receives no more bytes from outside than it may', async () => {
    const sandbox = await sdk.create();
    const script = [
      'import os, urllib.request',
      'proxy = urllib.request.ProxyHandler({"http": os.environ["HTTP_PROXY"]})',
      'os.environ["no_proxy"] = os.environ["NO_PROXY"] = ""',
      'got = 0',
      'try:',
      `    answer = urllib.request.build_opener(proxy).open("http://127.0.0.1:${portOf()}/", timeout=20)`,
      '    while piece := answer.read(65536): got += len(piece)',
      'except Exception: pass',
      'print(got)',
    ];
    await sandbox.files.write('receive.py', script.join('\n'));
    const received = Number((await sandbox.commands.run('python3 receive.py')).stdout);
    expect(received).toBeGreaterThan(0);
    expect(received).toBeLessThanOrEqual(EGRESS_BYTES);
    // What is used up stays used up.
    expect((await sandbox.commands.run('python3 receive.py')).stdout.trim()).toBe('0');
  });
});
