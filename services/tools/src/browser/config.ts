import { z } from 'zod';

const count = z.number().int().positive();
const MIB = 1024 * 1024;

/** The `browser` part of the `tools` section. */
export const BrowserConfigSchema = z.strictObject({
  executable: z
    .string()
    .min(1)
    .optional()
    .describe('Path of Chromium, for the browser of runs and for PDF. Left out: the first one on PATH.'),
  uid: count
    .default(51_999)
    .describe('When the service is root: the unprivileged user that the browser of runs is. Nothing else may use it.'),
  chromium_sandbox: z
    .boolean()
    .default(true)
    .describe("Chromium's own sandbox. Only where the machine forbids user namespaces it has to be off."),
  screenshots: z
    .enum(['actions', 'always', 'never'])
    .default('actions')
    .describe('When a verb saves a picture of the page: after each action, after every verb, or when it is asked to.'),
  timeout_ms: count.default(30_000).describe('Time-out of one navigation that asks for none, milliseconds.'),
  allow: z
    .array(z.string())
    .default(['*'])
    .describe('Hosts that pages may reach, as in sandbox.egress.allow. * is everything public, on ports 80 and 443.'),
  deny: z.array(z.string()).default([]).describe('Refused, also where allow names them.'),
  allow_private: z
    .array(z.string())
    .default([])
    .describe(
      'Private names, addresses or networks that may be reached all the same. A port other than 80 and 443 has to be named in allow too, as in 127.0.0.1:3000.',
    ),
  allow_no_sni: z.boolean().default(false).describe('Let TLS without a server name through: https:// to an address.'),
  max_contexts: count.default(8).describe('Runs that have a browser open at once.'),
  waiting_s: count
    .max(86_400)
    .default(1800)
    .describe('So long the pages of a run that waits for a human are kept after they were last used, seconds.'),
  max_tabs: count.default(16).describe('Tabs and pop-ups of one run; what is more is closed at once.'),
  memory_mb: count.default(2048).describe('Memory of all processes of the browser, MiB. Above it, it is recycled.'),
  context_memory_mb: count
    .default(768)
    .describe('Memory of the pages of one run, MiB. Above it, the pages of that run are closed.'),
  sample_ms: count.default(1000).describe('How often memory is looked at, milliseconds.'),
  idle_s: count.default(60).describe('So long after its last page the browser is ended, seconds.'),
  recycle_after: count.default(500).describe('After so many navigations new runs get a new browser.'),
  html_bytes: count.default(10 * MIB).describe('Largest document that is read, characters.'),
  download_bytes: count.default(256 * MIB).describe('All downloads of one run together, bytes.'),
  max_downloads: count.default(64).describe('Downloads of one run; what is more is cancelled.'),
});

/** The checked `tools.browser` section. */
export type BrowserConfig = z.infer<typeof BrowserConfigSchema>;
