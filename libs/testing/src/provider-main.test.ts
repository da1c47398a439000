import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const MAIN = new URL('./provider-main.ts', import.meta.url).pathname;
const REPLIES = [
  { toolCalls: [{ name: 'read', arguments: { path: '/a' } }] },
  { text: 'after one answer' },
  { text: 'after two' },
];

describe('the provider as a process', () => {
  let dir: string;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'provider-'));
    await writeFile(join(dir, 'script.json'), JSON.stringify(REPLIES));
  });

  afterEach(async () => {
    await Promise.all(children.splice(0).map((child) => end(child)));
    await rm(dir, { recursive: true });
  });

  async function start(port: number): Promise<{ child: ChildProcess; openaiUrl: string }> {
    const child = spawn(process.execPath, [MAIN, '--port', String(port), '--script', join(dir, 'script.json')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    return { child, ...(JSON.parse(line) as { openaiUrl: string }) };
  }

  it('goes on where the conversation stands after it was killed', async () => {
    const user = { role: 'user', content: 'go' };
    const said = { role: 'assistant', content: 'x' };
    const first = await start(0);
    expect(await ask(first.openaiUrl, [user])).toContain('"name":"read"');
    await end(first.child);
    const second = await start(Number(new URL(first.openaiUrl).port));
    expect(second.openaiUrl).toBe(first.openaiUrl);
    expect(await ask(second.openaiUrl, [user, said])).toContain('one answe');
    expect(await ask(second.openaiUrl, [user, said, user, said])).toContain('two');
    expect(await ask(second.openaiUrl, [user, said, user, said, user, said])).toContain('two');
  });
});

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

async function ask(url: string, messages: object[]): Promise<string> {
  const response = await fetch(`${url}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ model: 'm', messages }),
  });
  const text = await response.text();
  return text.includes('tool_calls')
    ? text
    : [...text.matchAll(/"content":"([^"]*)"/g)].map((match) => match[1]).join('');
}
