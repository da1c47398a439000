import type { Page } from '@playwright/test';

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds of CPU. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** What the main thread of a page did, in CPU time: what others do on the same machine does not change it. */
export interface MainThread {
  /** What of its tasks is beyond 50 ms each, in all, milliseconds. */
  readonly blocked: number;
  /** Its longest task, and all of them together, milliseconds. */
  readonly longest: number;
  readonly all: number;
}

const LONG_TASK_MS = 50;

/** Does something while the tasks of a page's main thread are counted. */
export async function countingCpu(page: Page, act: () => Promise<unknown>): Promise<MainThread> {
  const client = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  client.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  const traceConfig = { includedCategories: ['disabled-by-default-devtools.timeline'] };
  await client.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig });
  await act();
  const complete = new Promise((resolve) => client.once('Tracing.tracingComplete', resolve));
  await client.send('Tracing.end');
  await complete;
  await client.detach();
  const main = new Set(
    events.filter(({ args, name }) => name === 'thread_name' && args?.name === 'CrRendererMain').map(thread),
  );
  const tasks = events
    .filter((event) => event.name === 'RunTask' && event.ph === 'X' && main.has(thread(event)))
    .map(({ tdur = 0 }) => tdur / 1000);
  return {
    blocked: tasks.reduce((total, ms) => total + Math.max(0, ms - LONG_TASK_MS), 0),
    longest: tasks.reduce((longest, ms) => Math.max(longest, ms), 0),
    all: tasks.reduce((total, ms) => total + ms, 0),
  };
}

function thread({ pid, tid }: TraceEvent): string {
  return `${pid} ${tid}`;
}
