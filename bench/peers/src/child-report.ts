import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { ScriptedRun } from './scripted-run.ts';

/** How a peer's run ended, as the peer itself says. */
export interface PeerReport {
  readonly status: 'succeeded' | 'failed';
  readonly output: string;
  readonly error?: string;
}

/**
 * Starts or recovers the run, waits for its end, and prints how it ended as one line of JSON. A failure is the run's:
 * it is reported, not thrown. As a program around a peer would, it keeps for itself that the run has ended, so that an
 * ended run of which the peer keeps no record is not started again.
 *
 * @param drive resolves to the run's output when the peer says that the run has ended well
 */
export async function reportRun(run: ScriptedRun, dataDir: string, drive: () => Promise<string>): Promise<void> {
  const record = join(dataDir, 'ended.json');
  if (!existsSync(record)) {
    const report = await drive().then(
      (output): PeerReport => ({ status: 'succeeded', output }),
      (error: unknown): PeerReport => ({ status: 'failed', output: '', error: String(error) }),
    );
    await writeFile(record, JSON.stringify(report), { flush: true });
    run.ended();
  }
  process.stdout.write(`${readFileSync(record, 'utf8')}\n`);
}
