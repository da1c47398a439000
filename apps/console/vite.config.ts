import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const require = createRequire(import.meta.url);
/** Where browsers fetch the assets from, such as `https://cdn.example.com/holdfast/`; empty: from the server itself. */
const cdnBase = process.env['CDN_BASE'] ? process.env['CDN_BASE'].replace(/\/*$/, '/') : '';

const VENDOR =
  /node_modules\/(react|react-dom|scheduler|react-i18next|i18next|openapi-fetch|@tanstack\/(react-router|router-core|history|react-store|store|react-query|query-core))\//;

/** Writes the list of files that the service worker keeps, and what the gateway must know of this build. */
function describeBuild(): Plugin {
  let outDir = '';
  return {
    name: 'holdfast-describe-build',
    apply: 'build',
    configResolved(config) {
      outDir = config.build.outDir;
    },
    async writeBundle(_options, bundle) {
      const assets = Object.keys(bundle).filter((name) => name.startsWith('assets/') && /\.(js|css)$/.test(name));
      const about = { cdn_base: cdnBase, assets: assets.sort() };
      await writeFile(join(outDir, 'build.json'), `${JSON.stringify(about, undefined, 2)}\n`);
    },
  };
}

/** The console. `npm run build` builds it, then its service worker, and compresses both (scripts/build-console.mjs). */
const config = defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss(), describeBuild()],
  resolve: {
    alias: {
      // Inside a worker Vite would take the build that needs a DOM.
      'decode-named-character-reference': require
        .resolve('decode-named-character-reference')
        .replace(/index\.dom\.js$/, 'index.js'),
    },
  },
  build: {
    target: 'es2023',
    outDir: join(import.meta.dirname, 'dist'),
    emptyOutDir: true,
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
    // Nothing is written into the page itself: its policy allows neither scripts nor styles there.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        // What every page needs, in one piece: it compresses better, and stays the same when only the console changes.
        codeSplitting: { groups: [{ name: 'vendor', test: VENDOR }] },
      },
    },
  },
  worker: { format: 'es' },
  experimental: {
    renderBuiltUrl(filename, { type }) {
      const fromHere = type === 'public' || filename.includes('worker');
      return cdnBase === '' || fromHere ? `/${filename}` : `${cdnBase}${filename}`;
    },
  },
});

export default config;
