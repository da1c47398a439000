import { createRequire } from 'node:module';
import { join } from 'node:path';

import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import type { InlineConfig, Plugin } from 'vite';

const require = createRequire(import.meta.url);
const PAGES = join(import.meta.dirname, 'page');

/** The pages that are measured: page/ has an HTML file for each. */
export type PageName = 'idle' | 'floor' | 'worker' | 'main-thread' | 'plain' | 'plain-run';

/** How one page is built into a folder of its own. */
export function pageConfig(name: PageName, outDir: string): InlineConfig {
  return {
    root: PAGES,
    configFile: false,
    // Standard output is for the figures.
    logLevel: 'error',
    plugins: [react(), tailwindcss(), ...(name === 'main-thread' ? [onMainThread()] : [])],
    resolve: {
      // As apps/console/vite.config.ts does.
      alias: {
        'decode-named-character-reference': require
          .resolve('decode-named-character-reference')
          .replace(/index\.dom\.js$/, 'index.js'),
      },
    },
    build: {
      target: 'es2023',
      outDir,
      emptyOutDir: true,
      reportCompressedSize: false,
      chunkSizeWarningLimit: 10_000,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: join(PAGES, `${name}.html`) },
    },
    worker: { format: 'es' },
  };
}

/** Puts a client without a worker in the place of the console's. */
function onMainThread(): Plugin {
  return {
    name: 'holdfast-bench-main-thread',
    enforce: 'pre',
    resolveId(source, importer) {
      const isClient = source === './worker-client.ts' && importer?.endsWith('/markdown.tsx') === true;
      return isClient ? join(PAGES, 'main-thread-client.ts') : undefined;
    },
  };
}
