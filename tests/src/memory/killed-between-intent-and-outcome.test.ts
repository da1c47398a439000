import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { type Provider, type Reply, startProvider } from '@holdfast/testing';
import { afterAll, afterEach, describe, expect, it } from 'vitest';

import { tempDir } from '../support/temp-dir.ts';
import { promptsOf, until } from './world.ts';

const PROGRAM = fileURLToPath(new URL('./agents-process.ts', import.meta.url));
const TASK = 'Where are the launch codes of Heron?';

interface Started {
  readonly child: ChildProcess;
  readonly lines: Interface;
  /** Asks for texts of memories until they are as wanted. */
  texts(learned: boolean): Promise<readonly string[]>;
}

describe('agents that are killed (AG-2, ME-2)', () => {
  const dir = tempDir();
  const children: ChildProcess[] = [];
  let provider: Provider | undefined;
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await provider?.close();
  });
  afterAll(() => dir.remove());

  const start = async (folder: string, ...args: string[]): Promise<Started> => {
    const child = spawn(process.execPath, [PROGRAM, folder, provider?.openaiUrl ?? '', ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { PATH: process.env['PATH'] ?? '', HOME: dir.path },
    });
    children.push(child);
    const lines = createInterface({ input: child.stdout });
    await once(lines, 'line');
    return {
      child,
      lines,
      async texts(learned) {
        child.stdin.write(`${JSON.stringify({ learned })}\n`);
        const [line] = (await once(lines, 'line')) as [string];
        return (JSON.parse(line) as { texts: string[] }).texts;
      },
    };
  };
  const kill = async ({ child }: Started): Promise<void> => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };

  it('give the model the same memories after recovery, whatever came to memory meanwhile', async () => {
    provider = await startProvider({
      script: (): Reply => ({
        text: 'In the folder.',
        ...(provider?.requests.length === 1 ? { delayMs: 60_000 } : {}),
      }),
    });
    const folder = join(dir.path, 'same');
    const first = await start(folder, 'The launch codes of Heron are in a blue folder.', TASK);
    await until('the model is asked', () => provider?.requests.length === 1);
    await kill(first);
    const second = await start(folder, 'The launch codes of Heron are in a red box now.');
    await until('the model is asked again', () => provider?.requests.length === 2);
    const [before, after] = promptsOf(provider);
    expect(before).toContain('blue folder');
    expect(after).toBe(before);
    await kill(second);
  });

  it('learn from a run once, whenever around its end they are killed', async () => {
    provider = await startProvider({ script: () => ({ text: 'I will keep that in mind.' }) });
    for (const afterMs of [0, 40, 150]) {
      const folder = join(dir.path, `after-${afterMs}`);
      const dentist = `Doctor Quincey${afterMs}`;
      const asked = provider.stats().requests;
      const run = await start(folder, 'Heron.', `Remember: my dentist is called ${dentist}.`, 'learner');
      await provider.until(({ requests }) => requests > asked);
      await sleep(afterMs);
      await kill(run);
      const next = await start(folder, 'Heron.');
      await until(`${dentist} is known`, async () => (await next.texts(true)).some((text) => text.includes(dentist)));
      const facts = (await next.texts(true)).filter((text) => text.includes(dentist));
      expect(new Set(facts).size).toBe(facts.length);
      await kill(next);
    }
  });
});
