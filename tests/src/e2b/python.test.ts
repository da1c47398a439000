import { afterAll, beforeAll, describe, it } from 'vitest';

import { pythonWithSdk, runCase } from './support/python.ts';
import { type E2bService, startE2bService } from './support/service.ts';

const CASES = {
  commands: 'runs commands',
  background: 'runs, feeds, joins and kills commands in the background',
  files: 'writes, reads, lists, renames and removes files',
  watch: 'watches a folder',
  pty: 'talks with a shell in a terminal',
  lifecycle: 'lists, pauses, resumes, measures and kills sandboxes',
  ended: 'learns that a sandbox went away',
  access: 'signs URLs, and is refused with a wrong key',
  streaming: 'does all that asynchronously',
} as const;

describe("E2B's Python SDK (SB-1)", () => {
  let service: E2bService | undefined;
  let found: Awaited<ReturnType<typeof pythonWithSdk>> | undefined;

  beforeAll(async () => {
    found = await pythonWithSdk();
    service = await startE2bService();
  }, 400_000);
  afterAll(async () => {
    await service?.stop();
  });

  for (const [name, title] of Object.entries(CASES)) {
    it(title, async (ctx) => {
      if (!found || !service) throw new Error('the service did not start');
      if ('missing' in found) {
        if (process.env['CI']) throw new Error(found.missing);
        ctx.skip(found.missing);
        return;
      }
      await runCase(found.python, name, service.env);
    });
  }
});
