import { spawnSync } from 'node:child_process';
import { chmod, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { findProgram } from '../../host/find-program.ts';

/** A root of every command of busybox, and users as an image has them. The path of the folder. */
export async function busyboxRoot(folder: string): Promise<string> {
  const root = join(folder, 'busybox');
  for (const path of ['bin', 'usr/bin', 'var']) await mkdir(join(root, path), { recursive: true });
  const program = await findProgram('busybox');
  if (program === undefined) throw new Error('busybox is not installed');
  await copyFile(program, join(root, 'bin/busybox'));
  const { stdout } = spawnSync(program, ['--list'], { encoding: 'utf8' });
  for (const name of stdout.split('\n').filter((line) => line !== '' && line !== 'busybox')) {
    await symlink('busybox', join(root, 'bin', name));
  }
  await symlink('/bin/env', join(root, 'usr/bin/env'));
  await addUsers(root);
  return root;
}

/** A root of some packages of this Debian, with all that they need, as they are installed here. */
export async function debianRoot(folder: string, packages: readonly string[]): Promise<string> {
  const root = join(folder, 'debian');
  // /bin, /lib ... are links to them.
  for (const path of ['bin', 'sbin', 'lib', 'lib64']) await mkdir(join(root, 'usr', path), { recursive: true });
  const needed = new Set([...packages, ...dependencies(packages)]);
  const files = output('dpkg-query', ['-L', ...needed]).filter(
    (path) => path !== '/.' && !/^\/usr\/share\/(doc|man|locale)/.test(path),
  );
  const list = join(folder, 'debian-files');
  await writeFile(list, `${[...new Set(files)].map((path) => path.slice(1)).join('\n')}\n`);
  const archive = join(folder, 'debian.tar');
  // A file may be missing: somebody has made this installation smaller.
  spawnSync('tar', ['-C', '/', '--no-recursion', '--ignore-failed-read', '-T', list, '-cf', archive]);
  output('tar', ['-C', root, '-xf', archive]);
  await addUsers(root);
  return root;
}

async function addUsers(root: string): Promise<void> {
  for (const path of ['etc', 'home/user', 'root', 'run', 'tmp']) await mkdir(join(root, path), { recursive: true });
  await chmod(join(root, 'root'), 0o700);
  await chmod(join(root, 'tmp'), 0o1777);
  await writeFile(
    join(root, 'etc/passwd'),
    'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n',
  );
  await writeFile(join(root, 'etc/group'), 'root:x:0:\nnogroup:x:65534:\n');
}

function dependencies(packages: readonly string[]): string[] {
  const query = [
    '--recurse',
    '--no-recommends',
    '--no-suggests',
    '--no-conflicts',
    '--no-breaks',
    '--no-replaces',
    '--no-enhances',
    '--installed',
  ];
  return output('apt-cache', ['depends', ...query, ...packages])
    .filter((line) => /^[a-z0-9]/.test(line))
    .filter((name) => spawnSync('dpkg-query', ['-W', name]).status === 0);
}

function output(program: string, args: readonly string[]): string[] {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (status !== 0) throw new Error(`${program} failed: ${stderr}`);
  return stdout.split('\n').filter((line) => line !== '');
}
