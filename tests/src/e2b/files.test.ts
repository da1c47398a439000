import { AuthenticationError, FileNotFoundError, FileType, InvalidArgumentError } from 'e2b';
import { describe, expect, it } from 'vitest';

import { useSdk } from './support/sdk.ts';

const sdk = useSdk();

describe("files by E2B's JavaScript SDK (SB-1)", () => {
  it('writes and reads a file in every form', async () => {
    const { files } = await sdk.create();
    expect(await files.write('a/b.txt', 'text 文')).toEqual({
      name: 'b.txt',
      path: '/home/user/a/b.txt',
      type: 'file',
    });
    expect(await files.read('a/b.txt')).toBe('text 文');
    expect(await files.read('/home/user/a/b.txt', { format: 'bytes' })).toEqual(new TextEncoder().encode('text 文'));
    expect(await (await files.read('~/a/b.txt', { format: 'blob' })).text()).toBe('text 文');
    const stream = await files.read('a/b.txt', { format: 'stream' });
    expect(await new Response(stream).text()).toBe('text 文');
    await files.write('a/b.txt', '');
    expect(await files.read('a/b.txt')).toBe('');
    expect(await files.read('a/b.txt', { format: 'bytes' })).toEqual(new Uint8Array());
  });

  it('takes what is streamed, and what is compressed', async () => {
    const { files } = await sdk.create();
    const text = 'streamed '.repeat(50_000);
    await files.write('streamed', new Blob([text]).stream());
    expect(await files.read('streamed')).toBe(text);
    await files.write('compressed', new Blob([text]).stream(), { gzip: true });
    expect(await files.read('compressed', { gzip: true })).toBe(text);
    await files.write('plain', text, { useOctetStream: true });
    expect(await files.read('plain')).toBe(text);
  });

  it('writes many files at once', async () => {
    const { files } = await sdk.create();
    const many = Array.from({ length: 10 }, (_, n) => ({
      path: n % 2 ? `many/${n}.txt` : `/tmp/${n}/x`,
      data: `${n}`,
    }));
    const written = await files.write(many);
    expect(written.map(({ path }) => path)).toEqual(
      many.map(({ path }) => (path.startsWith('/') ? path : `/home/user/${path}`)),
    );
    for (const { path, data } of many) expect(await files.read(path)).toBe(data);
    expect(await files.write([])).toEqual([]);
  });

  it('describes files, folders and links', async () => {
    const sandbox = await sdk.create();
    await sandbox.files.write('f', 'four');
    await sandbox.files.makeDir('d');
    await sandbox.commands.run('ln -s f l && chmod 640 f');
    expect(await sandbox.files.getInfo('f')).toMatchObject({
      name: 'f',
      path: '/home/user/f',
      type: FileType.FILE,
      size: 4,
      mode: 0o640,
      permissions: '-rw-r-----',
      owner: 'user',
      group: 'user',
      modifiedTime: expect.any(Date),
    });
    expect(await sandbox.files.getInfo('d')).toMatchObject({
      type: FileType.DIR,
      mode: 0o755,
      permissions: 'drwxr-xr-x',
    });
    expect(await sandbox.files.getInfo('l')).toMatchObject({ name: 'l', symlinkTarget: '/home/user/f' });
    await expect(sandbox.files.getInfo('nothing')).rejects.toBeInstanceOf(FileNotFoundError);
  });

  it('lists a folder as deep as asked', async () => {
    const { files } = await sdk.create();
    for (const path of ['t/one/a', 't/one/b', 't/two/c']) await files.makeDir(path);
    await files.write('t/f', 'x');
    const names = async (depth?: number) =>
      (await files.list('t', depth === undefined ? {} : { depth })).map(({ path, type }) => `${type} ${path}`);
    expect(await names()).toEqual(['file /home/user/t/f', 'dir /home/user/t/one', 'dir /home/user/t/two']);
    expect(await names(2)).toEqual([
      'file /home/user/t/f',
      'dir /home/user/t/one',
      'dir /home/user/t/one/a',
      'dir /home/user/t/one/b',
      'dir /home/user/t/two',
      'dir /home/user/t/two/c',
    ]);
    await expect(files.list('nothing')).rejects.toBeInstanceOf(FileNotFoundError);
    await expect(files.list('t/f')).rejects.toBeInstanceOf(InvalidArgumentError);
  });

  it('makes, finds, renames and removes', async () => {
    const { files } = await sdk.create();
    expect(await files.makeDir('a/b/c')).toBe(true);
    expect(await files.makeDir('a/b/c')).toBe(false);
    expect(await files.exists('a/b')).toBe(true);
    await files.write('a/x', 'x');
    expect(await files.rename('a/x', 'new/y')).toMatchObject({ path: '/home/user/new/y', type: FileType.FILE });
    expect(await files.exists('a/x')).toBe(false);
    expect(await files.read('new/y')).toBe('x');
    await expect(files.rename('nothing', 'z')).rejects.toBeInstanceOf(FileNotFoundError);
    await files.remove('a');
    expect(await files.exists('a')).toBe(false);
    await files.remove('nothing');
  });

  it('keeps metadata with a file, as extended attributes, until it is written again', async () => {
    const sandbox = await sdk.create();
    const { files } = sandbox;
    const metadata = { author: 'mei', purpose: 'test' };
    expect(await files.write('m', 'x', { metadata })).toMatchObject({ metadata });
    expect((await files.getInfo('m')).metadata).toEqual(metadata);
    expect((await files.list('.')).find(({ name }) => name === 'm')?.metadata).toEqual(metadata);
    expect((await files.rename('m', 'n')).metadata).toEqual(metadata);
    await sandbox.commands.run(`mv n o && python3 -c "import os; os.setxattr('o', 'user.e2b.by', b'command')"`);
    expect((await files.getInfo('o')).metadata).toEqual({ ...metadata, by: 'command' });
    await files.write('o', 'y');
    expect((await files.getInfo('o')).metadata).toBeUndefined();
  });

  it('answers for what is not there, a folder, and a user that is not there', async () => {
    const { files } = await sdk.create();
    await expect(files.read('nothing')).rejects.toBeInstanceOf(FileNotFoundError);
    await expect(files.read('nothing', { format: 'stream' })).rejects.toBeInstanceOf(FileNotFoundError);
    await files.makeDir('folder');
    await expect(files.read('folder')).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(files.write('folder', 'x')).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(files.read('x', { user: 'nobody' })).rejects.toBeInstanceOf(AuthenticationError);
  });

  it('keeps what root has closed from the user (QA-4)', async () => {
    const sandbox = await sdk.create();
    await sandbox.files.write('secret', 'x', { user: 'root' });
    expect(await sandbox.files.read('/root/secret', { user: 'root' })).toBe('x');
    await sandbox.commands.run('chmod 600 /root/secret', { user: 'root' });
    await expect(sandbox.files.read('/root/secret')).rejects.toThrow(/may not/);
    await expect(sandbox.files.write('/root/secret', 'y')).rejects.toThrow(/may not/);
  });
});
