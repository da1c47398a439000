import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { agentBinary } from './binary.ts';

const FOLDER = fileURLToPath(new URL('../../agent/', import.meta.url));

describe('the agent (SB-1)', () => {
  it('is what its source gives, byte by byte', (ctx) => {
    const target = mkdtempSync(join(tmpdir(), 'holdfast-agent-'));
    try {
      try {
        execFileSync(join(FOLDER, 'build.sh'), [target], { stdio: 'pipe' });
      } catch (error) {
        const said = String((error as { stderr?: Buffer }).stderr ?? '');
        if (/gcc: (command )?not found/.test(said)) return ctx.skip('needs gcc and its cross compiler for arm64');
        throw error;
      }
      const compiler = (folder: string): string => readFileSync(join(folder, 'compiler'), 'utf8');
      if (compiler(target) !== compiler(join(FOLDER, 'bin'))) {
        return ctx.skip(`built with another compiler: ${compiler(target).trim()}`);
      }
      for (const name of ['agent-x64', 'agent-arm64']) {
        const same = readFileSync(join(target, name)).equals(readFileSync(join(FOLDER, 'bin', name)));
        expect({ name, same }).toEqual({ name, same: true });
      }
    } finally {
      rmSync(target, { recursive: true });
    }
  });

  it('is found for both processors, and missed aloud for others', () => {
    for (const arch of ['x64', 'arm64']) expect(agentBinary(arch)).toContain(`agent-${arch}`);
    expect(() => agentBinary('riscv64')).toThrow(/x64 and arm64/);
  });
});
