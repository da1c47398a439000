import { sandboxpb } from '@holdfast/protocol';
import { expect, it } from 'vitest';

import { openTestSandbox } from '../../testing.ts';
import { engineConformance } from '../conformance.ts';

engineConformance('bubblewrap', (options) => openTestSandbox({ ...options, level: sandboxpb.Level.PROCESS }));

it('is what a sandbox of level process gets (SB-1)', async () => {
  const sandbox = await openTestSandbox();
  expect(sandbox.created).toMatchObject({ level: sandboxpb.Level.PROCESS, engine: 'bubblewrap' });
  await sandbox.close();
});
