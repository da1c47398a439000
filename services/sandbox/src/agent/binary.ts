import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { HoldfastError } from '@holdfast/protocol';

/** Where the agent lies inside a box. */
export const AGENT_INSIDE = '/.holdfast/agent';

/**
 * The agent for a processor, on the host. `from` is the folder that the search begins at, upwards: sources and bundle
 * lie at different depths below the same root.
 * Throws SANDBOX_UNAVAILABLE for a processor that it is not written for.
 */
export function agentBinary(arch: string, from: string = dirname(fileURLToPath(import.meta.url))): string {
  if (arch !== 'x64' && arch !== 'arm64') {
    throw new HoldfastError(
      'SANDBOX_UNAVAILABLE',
      `There is no agent for the processor ${arch}: sandboxes run on x64 and arm64. Nothing was run.`,
    );
  }
  for (let folder = from; ; folder = dirname(folder)) {
    const file = join(folder, 'services', 'sandbox', 'agent', 'bin', `agent-${arch}`);
    if (existsSync(file)) return file;
    if (folder === dirname(folder)) break;
  }
  throw new HoldfastError(
    'SANDBOX_UNAVAILABLE',
    `The sandbox's agent (agent-${arch}) is missing from this installation.`,
  );
}
