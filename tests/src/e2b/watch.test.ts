import { FileNotFoundError, type FilesystemEvent, FilesystemEventType, SandboxError } from 'e2b';
import { describe, expect, it } from 'vitest';

import { useSdk } from './support/sdk.ts';

const sdk = useSdk();

describe("watching folders by E2B's JavaScript SDK (SB-1)", () => {
  it('tells what happens in a folder, with the entry where it is asked for', async () => {
    const { files } = await sdk.create();
    await files.write('w/a', '1');
    const events: FilesystemEvent[] = [];
    const handle = await files.watchDir('w', (event) => void events.push(event), { includeEntry: true });
    await files.write('w/a', '2');
    await files.remove('w/a');
    const seen = () => events.map(({ name, type }) => `${type} ${name}`);
    await expect.poll(seen).toContain(`${FilesystemEventType.WRITE} a`);
    await expect.poll(seen).toContain(`${FilesystemEventType.REMOVE} a`);
    await handle.stop();
  });

  it('tells of folders below, also new ones', async () => {
    const { files } = await sdk.create();
    await files.makeDir('w');
    const events: FilesystemEvent[] = [];
    const handle = await files.watchDir('w', (event) => void events.push(event), { recursive: true });
    const seen = () => events.map(({ name, type }) => `${type} ${name}`);
    await files.makeDir('w/new');
    await expect.poll(seen).toContain(`${FilesystemEventType.CREATE} new`);
    await files.write('w/new/f', 'x');
    await expect.poll(seen).toContain(`${FilesystemEventType.WRITE} new/f`);
    await handle.stop();
  });

  it('says when the watch is over', async () => {
    const { files } = await sdk.create();
    await files.makeDir('w');
    const over = Promise.withResolvers<Error | undefined>();
    await files.watchDir('w', () => {}, { timeoutMs: 300, onExit: over.resolve });
    expect(await over.promise).toBeInstanceOf(SandboxError);
  });

  it('refuses what is not there, and what is no folder', async () => {
    const { files } = await sdk.create();
    await expect(files.watchDir('nothing', () => {})).rejects.toBeInstanceOf(FileNotFoundError);
    await files.write('f', '');
    await expect(files.watchDir('f', () => {})).rejects.toBeInstanceOf(SandboxError);
  });
});
