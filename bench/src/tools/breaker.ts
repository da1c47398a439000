import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { openMcp, STDIO, type TestMcp, until, untilReady } from '../../../services/tools/src/mcp/testing/open-mcp.ts';
import type { FigureGroup } from '../groups.ts';
import { type Figure, percentile } from '../report.ts';
import { timed } from '../rounds.ts';

const SERVER = fileURLToPath(new URL('../../../services/tools/src/mcp/testing/http-main.ts', import.meta.url));
const ALIVE_CALLS = 200;
const DEAD_CALLS = 2000;

/** What a call costs while its server is dead, and how soon a server is used again that is back. */
export const breaker: FigureGroup = {
  name: 'breaker',
  whyNot: async () => undefined,
  measure: async () => [...(await overHttp()), ...(await overStdio())],
};

async function overHttp(): Promise<Figure[]> {
  const first = await startServer(0);
  const mcp = await openMcp({ s: { url: `http://127.0.0.1:${first.port}/mcp` } });
  let second: { child: ChildProcess } | undefined;
  try {
    await untilReady(mcp, 's');
    const alive = await callTimes(mcp, ALIVE_CALLS);
    first.child.kill('SIGKILL');
    const opened = performance.now();
    let lost = 0;
    while (stateOf(mcp) !== 'open') {
      if (!(await mcp.call('mcp__s__echo', { text: 'x' })).ok) lost += 1;
      await sleep(1);
    }
    const openMs = performance.now() - opened;
    const dead = await callTimes(mcp, DEAD_CALLS);
    second = await startServer(first.port);
    const back = await timed(() => untilReady(mcp, 's'));
    return [
      { name: 'a call, server alive (median)', value: percentile(alive, 50), unit: 'ms' },
      { name: 'calls that fail until the breaker opens', value: lost, unit: '' },
      { name: 'from the kill to the open breaker', value: openMs, unit: 'ms' },
      { name: 'a call, breaker open (99th percentile)', value: percentile(dead, 99), unit: 'ms', budget: 5 },
      { name: 'from a server that is back to a ready one', value: back, unit: 'ms' },
    ];
  } finally {
    await mcp.close();
    first.child.kill('SIGKILL');
    second?.child.kill('SIGKILL');
  }
}

async function overStdio(): Promise<Figure[]> {
  const mcp = await openMcp({ s: STDIO });
  try {
    await untilReady(mcp, 's');
    const started = mcp.processes.length;
    process.kill(mcp.processes.at(-1)?.pid ?? 0, 'SIGKILL');
    let lost = 0;
    const back = await timed(async () => {
      await until('it was started again', () => mcp.processes.length > started);
      while (!(await mcp.call('mcp__s__echo', { text: 'x' })).ok) {
        lost += 1;
        await sleep(1);
      }
    });
    return [
      { name: 'stdio server killed: until a call succeeds', value: back, unit: 'ms' },
      { name: 'stdio server killed: calls that fail meanwhile', value: lost, unit: '' },
    ];
  } finally {
    await mcp.close();
  }
}

async function callTimes(mcp: TestMcp, calls: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < calls; n += 1) times.push(await timed(() => mcp.call('mcp__s__echo', { text: 'x' })));
  return times;
}

function stateOf(mcp: TestMcp): string {
  return mcp.source.status()[0]?.instances[0]?.state ?? '';
}

async function startServer(port: number): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, [SERVER, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  return { child, port: Number(line.toString()) };
}
