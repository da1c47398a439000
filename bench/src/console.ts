/**
 * What the console is like to use: `npm run bench:console [-- --json]`.
 *
 * 1. 200 KB of Markdown with 50 blocks of code come at 100 chunks a second: how long the page is blocked and how far its
 *    frames are apart, with the console's own component and worker, with the same on the main thread, and with
 *    react-markdown.
 * 2. A run of 5,000 events in the real product: how long until all of it is shown, how it scrolls, and how long a page of
 *    react-markdown takes for the same texts.
 * 3. First paint, and JavaScript that is sent, for somebody who comes for the first time.
 *
 * Figures in CPU time come from a trace of the page's main thread: what else runs on the machine does not change them.
 * Exit code 0 whatever the figures are: they depend on the machine.
 */
import { once } from 'node:events';
import { join } from 'node:path';

import { builtConsole } from '../../tests/src/console/support/built-console.ts';
import { createOwner } from '../../tests/src/console/support/people.ts';
import { startServer } from '../../tests/src/console/support/server.ts';
import { tempDir } from '../../tests/src/support/temp-dir.ts';
import { startBrowser } from '../console/browser.ts';
import { firstPaintFigures } from '../console/first-paint.ts';
import { longScript, makeLongRun } from '../console/long-run.ts';
import { runFigures } from '../console/open-run.ts';
import { streamingFigures } from '../console/streaming.ts';
import { peersReady } from './peers.ts';
import { type Figure, report } from './report.ts';

/** Starts something that is put away at the end, also where the end comes while it starts. */
async function opened<T>(
  stack: AsyncDisposableStack,
  starting: Promise<T>,
  close: (one: T) => Promise<void>,
): Promise<T> {
  const one = await starting;
  if (stack.disposed) {
    await close(one);
    throw new Error('The benchmark was interrupted.');
  }
  stack.defer(() => close(one));
  return one;
}

async function measure(stack: AsyncDisposableStack, withPeers: boolean): Promise<Figure[]> {
  const dir = tempDir();
  stack.defer(() => dir.remove());
  await builtConsole();
  const browser = await opened(stack, startBrowser(), (one) => one.close());
  const server = await opened(stack, startServer(longScript), (one) => one.close());
  await createOwner(server);
  const painted = await firstPaintFigures(browser, server);
  const run = await makeLongRun(server);
  const shown = await runFigures(browser, server, run, withPeers ? join(dir.path, 'plain-run') : undefined);
  return [...(await streamingFigures(browser, dir.path, withPeers)), ...shown, ...painted];
}

const stack = new AsyncDisposableStack();
const measuring = measure(stack, peersReady());
const interrupted = once(process, 'SIGINT').then(() => 'interrupted' as const);
try {
  const figures = await Promise.race([measuring, interrupted]);
  if (figures === 'interrupted') process.exitCode = 130;
  else report('bench:console', figures, { strict: false });
} finally {
  await stack.disposeAsync();
  // It may have been starting something when it was interrupted.
  await Promise.allSettled([measuring]);
}
process.exit();
