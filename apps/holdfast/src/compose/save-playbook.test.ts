import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { loadPlaybooks } from '@holdfast/models';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { savePlaybook } from './save-playbook.ts';

let root = '';
let dir = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'holdfast-playbooks-'));
  dir = join(root, 'playbooks');
});
afterEach(() => rm(root, { recursive: true }));

const text = (name: string) =>
  `---\nname: ${name}\ntitle: T\ndescription: D\nsteps:\n  - { id: s1, tool: bash, args: { command: ls } }\n---\nDone.\n`;

describe('saving a playbook', () => {
  it('makes the folder, and a file that the next start reads', async () => {
    const playbook = await savePlaybook(dir, 'my-book', text('my-book'));
    expect(playbook).toMatchObject({ name: 'my-book', file: join(dir, 'my-book.md'), tools: ['bash'] });
    expect((await stat(dir)).mode & 0o777).toBe(0o700);
    const { playbooks, problems } = await loadPlaybooks([dir]);
    expect(problems).toEqual([]);
    expect(playbooks.map(({ name, file }) => [name, file])).toEqual([['my-book', playbook.file]]);
  });

  it('never writes over a file that is there, be it a playbook or not', async () => {
    await savePlaybook(dir, 'first', text('first'));
    await writeFile(join(dir, 'second.md'), 'notes');
    await expect(savePlaybook(dir, 'second', text('second'))).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    expect(await readFile(join(dir, 'second.md'), 'utf8')).toBe('notes');
    expect(await readdir(dir)).toEqual(['first.md', 'second.md']);
  });

  it('lets one of many at once have the name, and its file is whole', async () => {
    const all = await Promise.allSettled(
      Array.from({ length: 8 }, (_, n) => savePlaybook(dir, 'one', `${text('one')}${String(n).repeat(100_000)}`)),
    );
    const saved = all.flatMap(({ status }, n) => (status === 'fulfilled' ? [n] : []));
    expect(saved).toHaveLength(1);
    expect(await readFile(join(dir, 'one.md'), 'utf8')).toBe(`${text('one')}${String(saved[0]).repeat(100_000)}`);
    expect(await readdir(dir)).toEqual(['one.md']);
  });

  it.each([
    ['no playbook at all', 'bad', 'Hello.'],
    ['a template that reads what is not there', 'bad', text('bad').replace('Done.', '{{ steps.none }}')],
    ['an unknown key', 'bad', text('bad').replace('title:', 'titel:')],
  ])('writes nothing of %s', async (_, name, markdown) => {
    await expect(savePlaybook(dir, name, markdown)).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining('Nothing was written'),
    });
    await expect(stat(dir)).rejects.toThrow('ENOENT');
  });

  it('writes nothing of a playbook that has another name than its file', async () => {
    await expect(savePlaybook(dir, 'one', text('other'))).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(stat(dir)).rejects.toThrow('ENOENT');
  });
});
