import { HoldfastError, sandboxpb } from '@holdfast/protocol';
import { describe, expect, it } from 'vitest';

import { findProgram } from '../../host/find-program.ts';
import { openTestSandbox, type TestSandbox } from '../../testing.ts';
import { commandConformance } from '../command-conformance.ts';
import { engineConformance } from '../conformance.ts';
import { isolationConformance } from '../isolation.ts';
import { processEngineUnderTest } from '../process/testing.ts';
import { createNsjailEngine } from './engine.ts';

const ids = { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };
const make = () => createNsjailEngine({ os: process.platform, arch: process.arch, isRoot: ids.uid === 0, ...ids });
const open = (options: Parameters<typeof openTestSandbox>[0] = {}): Promise<TestSandbox> =>
  openTestSandbox({
    ...options,
    config: { ...options.config, engine: 'nsjail' },
    level: sandboxpb.Level.PROCESS,
  });
const found = await findProgram('nsjail');

describe('nsjail', () => {
  if (found === undefined) {
    it('needs nsjail', (ctx) => ctx.skip('nsjail is not on PATH, and no Debian package has it'));
    it('says what does the same where it is not there', async () => {
      await expect(make()).rejects.toSatisfy(
        (error) => HoldfastError.has(error, 'SANDBOX_UNAVAILABLE') && error.message.includes('bubblewrap'),
      );
    });
    return;
  }
  engineConformance('nsjail', async () => processEngineUnderTest(await make()));
  commandConformance('nsjail', open);
  isolationConformance('nsjail', open);
});
