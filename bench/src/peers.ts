import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder with what Holdfast is measured beside; its packages are installed only when asked. */
export const PEERS = new URL('../peers/', import.meta.url);

/** Ends the process with exit code 2 and what to do, unless the peers are installed. */
export function requirePeers(): void {
  if (existsSync(fileURLToPath(new URL('node_modules', PEERS)))) return;
  process.stderr.write(
    'The peers are not installed, so nothing was measured beside them. Install them (about 250 MB, into bench/peers only):\n' +
      '  npm run bench:install\nthen start this again.\n',
  );
  process.exit(2);
}
