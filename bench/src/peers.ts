import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder with what Holdfast is measured beside; its packages are installed only when asked. */
export const PEERS = new URL('../peers/', import.meta.url);

/** What to do where the peers are not installed. */
const NOT_INSTALLED =
  'The peers are not installed, so nothing was measured beside them. Install them (about 250 MB, into bench/peers only):\n' +
  '  npm run bench:install\nthen start this again.\n';

/** Whether the peers are installed; if not, says what to do, and the process will end with exit code 2. */
export function peersReady(): boolean {
  if (existsSync(fileURLToPath(new URL('node_modules', PEERS)))) return true;
  process.stderr.write(NOT_INSTALLED);
  process.exitCode = 2;
  return false;
}
