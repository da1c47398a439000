import type { Box } from '../../../services/sandbox/src/engines/engine.ts';
import { capture } from '../../../services/sandbox/src/execute/capture.ts';

/** Runs `true` in a box, and returns the box. Throws where it fails. */
export async function trueIn<T extends Pick<Box, 'agent'>>(box: T): Promise<T> {
  const { exitCode, stderr } = await capture(box.agent, ['true'], { PATH: '/bin:/usr/bin' });
  if (exitCode !== 0) throw new Error(`true ended with exit code ${exitCode}: ${stderr}`);
  return box;
}
