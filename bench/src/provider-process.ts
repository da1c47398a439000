import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import type { Reply } from '@holdfast/testing';

const MAIN = fileURLToPath(new URL('../../libs/testing/src/provider-main.ts', import.meta.url));

/** A scripted provider in a process of its own, so that its CPU does not count. */
export interface ProviderProcess {
  /** Base URL of its OpenAI-compatible API. */
  readonly openaiUrl: string;
  close(): Promise<void>;
}

/** Starts a provider that says `replies` one after the other; its script is kept in `folder`. */
export async function startProviderProcess(folder: string, replies: readonly Reply[]): Promise<ProviderProcess> {
  const script = join(folder, 'replies.json');
  await writeFile(script, JSON.stringify(replies));
  const child = spawn(process.execPath, [MAIN, '--script', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const { openaiUrl } = JSON.parse(line) as { openaiUrl: string };
    return { openaiUrl, close: () => end(child) };
  }
  throw new Error('the provider ended before it listened');
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  await ended;
}
