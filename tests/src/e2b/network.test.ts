import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Sandbox } from 'e2b';
import { afterAll, describe, expect, it } from 'vitest';

import { useSdk } from './support/sdk.ts';

const decoy = createServer((_request, response) => {
  response.end('from outside');
});
afterAll(() => {
  decoy.close();
});
const portOf = () => (decoy.address() as AddressInfo).port;

/** The operator allows one server on loopback, and nothing else. */
const sdk = useSdk(async () => {
  decoy.listen(0, '127.0.0.1');
  await once(decoy, 'listening');
  return { allow: [`127.0.0.1:${portOf()}`], allow_private: ['127.0.0.1'] };
});

/** What a program inside gets through the proxy: a status and a text. */
async function reach(sandbox: Sandbox, url: string): Promise<string> {
  await sandbox.files.write(
    'reach.py',
    [
      'import os, sys, urllib.error, urllib.request',
      'proxy = urllib.request.ProxyHandler({"http": os.environ["HTTP_PROXY"]})',
      'os.environ["no_proxy"] = os.environ["NO_PROXY"] = ""',
      'try:',
      '    print(200, urllib.request.build_opener(proxy).open(sys.argv[1], timeout=20).read().decode())',
      'except urllib.error.HTTPError as error:',
      '    print(error.code)',
    ].join('\n'),
  );
  return (await sandbox.commands.run(`python3 reach.py ${url}`)).stdout.trim();
}

describe("what a sandbox may reach, by E2B's network options (SB-3)", () => {
  const server = () => `http://127.0.0.1:${portOf()}/`;

  it('reaches what the operator allows, and nothing else whatever it asks for', async () => {
    const sandbox = await sdk.create({ network: { allowOut: ['elsewhere.example'] } });
    expect(await reach(sandbox, server())).toBe('200 from outside');
    expect(await reach(sandbox, 'http://elsewhere.example/')).toBe('403');
  });

  it('reaches nothing where internet access is off', async () => {
    const sandbox = await sdk.create({ allowInternetAccess: false });
    expect(await reach(sandbox, server())).toBe('403');
    expect((await sandbox.getInfo()).allowInternetAccess).toBe(false);
  });

  it('reaches what is allowed out of all that is denied, and not what is denied alone', async () => {
    const denyOut = ['0.0.0.0/0'];
    const some = await sdk.create({ network: { denyOut, allowOut: ['127.0.0.1'] } });
    expect(await reach(some, server())).toBe('200 from outside');
    const others = await sdk.create({ network: { denyOut, allowOut: ['elsewhere.example'] } });
    expect(await reach(others, server())).toBe('403');
    const denied = await sdk.create({ network: { denyOut: ['127.0.0.1'] } });
    expect(await reach(denied, server())).toBe('403');
  });

  it('goes by new options from the moment they are set', async () => {
    const sandbox = await sdk.create();
    await sandbox.updateNetwork({ allowInternetAccess: false });
    expect(await reach(sandbox, server())).toBe('403');
    await sandbox.updateNetwork({});
    expect(await reach(sandbox, server())).toBe('200 from outside');
  });
});
