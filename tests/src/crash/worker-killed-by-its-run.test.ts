import { agentpb } from '@holdfast/protocol';
import { describe, expect, it } from 'vitest';

import { tempDir } from '../support/temp-dir.ts';
import { runChild } from './harness.ts';

describe('a run that keeps killing its worker (AG-2)', () => {
  it('is stopped after a bounded number of recoveries, with the reason', async () => {
    const dir = tempDir();
    try {
      const args = [dir.path, 'effect_read-alone', '1'];
      const lives: (string | null)[] = [];
      for (;;) {
        const { signal, stdout } = await runChild(args, { HOLDFAST_FAULT: 'inside-tool@t1.0' }, undefined);
        lives.push(signal);
        if (signal === 'SIGKILL') continue;
        const [run] = JSON.parse(stdout) as { status: agentpb.RunStatus; error: string }[];
        expect(run?.status).toBe(agentpb.RunStatus.FAILED);
        expect(run?.error).toContain('6 times in a row without any progress');
        break;
      }
      expect(lives).toEqual([...Array.from({ length: 6 }, () => 'SIGKILL'), null]);
    } finally {
      dir.remove();
    }
  });
});
