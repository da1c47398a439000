import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { addServer, findServer, removeServer } from './edit.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-mcp-edit-'));
  file = join(folder, 'mcp.json');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('editing mcp.json (TL-5)', () => {
  it('adds and removes, keeps what others wrote, and lets nobody else read it', async () => {
    await writeFile(file, '{"other": 1, "mcpServers": {"old": {"command": "x", "alwaysAllow": []}}}');
    await addServer(file, 'new', { url: 'https://mcp.example/mcp', headers: { Authorization: 'Bearer ${TOKEN}' } });
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
      other: 1,
      mcpServers: { old: { command: 'x', alwaysAllow: [] }, new: { url: 'https://mcp.example/mcp' } },
    });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await findServer(file, 'new', { TOKEN: 't' })).toMatchObject({ headers: { Authorization: 'Bearer t' } });
    await expect(findServer(file, 'new', {})).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(addServer(file, 'new', { command: 'y' })).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    await removeServer(file, 'old');
    await expect(removeServer(file, 'old')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(removeServer(file, 'toString')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('makes the file, and refuses what cannot be used', async () => {
    await expect(addServer(file, 'a b', { command: 'x' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(addServer(file, 'a', { type: 'sse', url: 'http://x.example' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    await addServer(file, 'a', { command: 'x' });
    await writeFile(file, 'broken');
    await expect(addServer(file, 'b', { command: 'x' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(await readFile(file, 'utf8')).toBe('broken');
  });
});
