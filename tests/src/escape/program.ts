import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { HoldfastError } from '@holdfast/protocol';

const SOURCES = fileURLToPath(new URL('program', import.meta.url));
const AGENT = fileURLToPath(new URL('../../../services/sandbox/agent', import.meta.url));
const FILES = ['main.c', 'words.c', 'calls.c', 'files.c', 'sockets.c', 'bombs.c'];

/**
 * Builds the program of the attempts for this processor, as the agent is built. Throws UNAVAILABLE where there is no
 * compiler.
 */
export async function buildProgram(folder: string): Promise<string> {
  const program = join(folder, 'probe');
  const flags = [
    '-std=gnu11 -Os -Wall -Wextra -Werror -ffreestanding -fno-stack-protector -fno-asynchronous-unwind-tables',
    '-fno-unwind-tables -fno-pie -fno-builtin -fno-tree-loop-distribute-patterns -nostdlib -static -no-pie',
    '-Wl,--build-id=none,-z,norelro,-z,noexecstack -s',
  ].flatMap((line) => line.split(' '));
  const sources = [...FILES.map((name) => join(SOURCES, name)), join(AGENT, 'system.c')];
  try {
    await promisify(execFile)('gcc', [...flags, `-I${AGENT}`, '-o', program, ...sources]);
    return program;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new HoldfastError('UNAVAILABLE', 'gcc is not installed (scripts/services.sh)', { cause: error });
  }
}
