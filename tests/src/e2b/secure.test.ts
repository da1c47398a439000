import { describe, expect, it } from 'vitest';

import { useSdk } from './support/sdk.ts';

const sdk = useSdk();
const form = (text: string) => {
  const data = new FormData();
  data.append('file', new Blob([text]), 'ignored');
  return { method: 'POST', body: data };
};

describe('access to a sandbox (QA-4)', () => {
  it('gives and takes files by signed URLs, without any header', async () => {
    const sandbox = await sdk.create();
    const up = await fetch(await sandbox.uploadUrl('up.txt', { useSignatureExpiration: 60 }), form('content'));
    expect(await up.json()).toEqual([{ name: 'up.txt', path: '/home/user/up.txt', type: 'file' }]);
    const down = await fetch(await sandbox.downloadUrl('up.txt'));
    expect([down.status, await down.text()]).toEqual([200, 'content']);
    const asRoot = await fetch(await sandbox.uploadUrl('r.txt', { user: 'root' }), form('x'));
    expect(await asRoot.json()).toMatchObject([{ path: '/root/r.txt' }]);
  });

  it('refuses a signature that is over, was changed, or was made for something else', async () => {
    const sandbox = await sdk.create();
    await sandbox.files.write('a', 'x');
    const over = await fetch(await sandbox.downloadUrl('a', { useSignatureExpiration: -10 }));
    expect([over.status, await over.json()]).toEqual([401, { code: 401, message: 'signature is already expired' }]);
    const url = await sandbox.downloadUrl('a', { useSignatureExpiration: 60 });
    for (const wrong of [
      url.replace('path=a', 'path=b'),
      url.replace(/signature_expiration=\d+/, 'signature_expiration=99999999999'),
      url.replace('v1_', 'v1_x'),
      `${url}&username=root`,
    ]) {
      expect((await fetch(wrong)).status).toBe(401);
    }
    expect((await fetch(url, form('x'))).status).toBe(401);
    const other = await sdk.create();
    const headers = { 'e2b-sandbox-id': other.sandboxId };
    expect((await fetch(url.replace('/files', '/e2b/files'), { headers })).status).toBe(401);
  });

  it('lets nobody in without the token of the sandbox', async () => {
    const sandbox = await sdk.create();
    const { E2B_SANDBOX_URL } = sdk.service.env;
    const call = async (path: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
      (
        await fetch(`${E2B_SANDBOX_URL}${path}`, {
          ...init,
          headers: { 'e2b-sandbox-id': sandbox.sandboxId, ...headers },
        })
      ).status;
    const list = { method: 'POST', body: '{}' };
    expect(await call('/health')).toBe(204);
    expect(await call('/process.Process/List', { 'content-type': 'application/json' }, list)).toBe(401);
    expect(await call('/files?path=a')).toBe(401);
    expect(await call('/envs')).toBe(401);
    expect(await call('/envs', { 'x-access-token': 'wrong' })).toBe(401);
    const other = await sdk.create();
    const token = sdk.service.sandboxes.find(other.sandboxId)?.identity.accessToken ?? '';
    expect(await call('/envs', { 'x-access-token': token })).toBe(401);
    expect(await call('/init', { 'x-access-token': token }, { method: 'POST', body: '{}' })).toBe(401);
  });
});
