import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';

import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin, type Rolldown } from 'vite';

const require = createRequire(import.meta.url);
/** Where browsers fetch the assets from, such as `https://cdn.example.com/holdfast/`; empty: from the server itself. */
const cdnBase = process.env['CDN_BASE'] ? process.env['CDN_BASE'].replace(/\/*$/, '/') : '';

const VENDOR =
  /node_modules\/(react|react-dom|scheduler|react-i18next|i18next|openapi-fetch|@tanstack\/(react-router|router-core|history|react-store|store|react-query|query-core))\//;

/** What the frame of every page is made of, and what most pages are. */
const SHELL =
  /console\/src\/(app\/(failed|nav|offline|shell|theme|trusted|update|service-worker)|api\/(client|error|queries)|ui\/(button|empty|page|toast)|i18n\/index)\.tsx?$/;
const COMMON = /console\/src\/(ui\/.*|app\/(access|guard)|i18n\/format)\.tsx?$/;

type Chunk = Rolldown.OutputChunk;

/** The chunks that are loaded when one of these is: with all that they import, and, if wished, import later. */
function closureOf(names: readonly string[], chunks: ReadonlyMap<string, Chunk>, later: boolean): Set<string> {
  const found = new Set<string>();
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const chunk = chunks.get(name);
    if (!chunk || found.has(name)) continue;
    found.add(name);
    open.push(...chunk.imports, ...(later ? chunk.dynamicImports : []));
  }
  return found;
}

/** What the page loads at once, and what each module that is imported lazily adds to it, its own lazy ones included. */
function loadedBy(bundle: Rolldown.OutputBundle): { initial: string[]; lazy: Record<string, string[]> } {
  const chunks = new Map<string, Chunk>();
  for (const item of Object.values(bundle)) if (item.type === 'chunk') chunks.set(item.fileName, item);
  const all = [...chunks.values()];
  const initial = closureOf(
    all.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName),
    chunks,
    false,
  );
  const rest = new Map([...chunks].filter(([name]) => !initial.has(name)));
  const lazy: Record<string, string[]> = {};
  for (const { facadeModuleId, fileName, isDynamicEntry } of all) {
    if (!isDynamicEntry || facadeModuleId === null) continue;
    lazy[relative(join(import.meta.dirname, 'src'), facadeModuleId)] = [...closureOf([fileName], rest, true)].sort();
  }
  return { initial: [...initial].sort(), lazy };
}

/** Writes the files that the service worker keeps, what the gateway must know of this build, and what is loaded when. */
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
      const about = { cdn_base: cdnBase, assets: assets.sort(), ...loadedBy(bundle) };
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
        codeSplitting: {
          groups: [
            { name: 'vendor', test: VENDOR, priority: 3 },
            { name: 'shell', test: SHELL, priority: 2 },
            { name: 'common', test: COMMON, priority: 1 },
          ],
        },
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
