import { silentLogger, systemClock } from '@holdfast/telemetry';

import { BrowserConfigSchema } from '../config.ts';
import { liveRecords } from '../process/records.ts';
import { RunBrowsers } from '../service.ts';

/** A process with a browser service, for the test that kills it: opens the page and says so. */
const [records = '', url = ''] = process.argv.slice(2);
const { host } = new URL(url);
const browsers = new RunBrowsers({
  config: BrowserConfigSchema.parse({ allow: [host], allow_private: [host] }),
  path: process.env['PATH'] ?? '',
  clock: systemClock,
  logger: silentLogger(),
  decide: async () => ({ engine: 'puppeteer', reason: 'a test' }),
  records: liveRecords(records),
  onDecision: () => undefined,
});
const { signal } = new AbortController();
for (const engine of ['puppeteer', 'playwright'] as const) {
  await browsers.navigate({ tenant: 'local', runId: engine }, url, { engine, signal });
}
const { session } = browsers.placeOf({ tenant: 'local', runId: 'playwright' });
process.stdout.write(`${session.browser.chromium.pid}\n`);
setInterval(() => undefined, 1000);
