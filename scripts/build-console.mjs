// Builds the web console into apps/console/dist: the page and its assets (Vite), the service worker that keeps them, and
// all of it compressed with Brotli (11) and gzip (9). Does nothing when no source has changed. CDN_BASE names where
// browsers fetch the assets from, if not from the server itself. `--out <folder>` builds into another folder (replaced).
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

import {
  entry,
  filesBelow,
  fingerprint,
  findNode,
  ROOT,
  run,
  say,
  seconds,
  Stop,
  toolEnvironment,
} from './toolchain.mjs';

const CONSOLE = join(ROOT, 'apps', 'console');
const DIST = join(CONSOLE, 'dist');
const SOURCES = ['apps/console', 'libs/markdown'];
const ENDINGS = ['.ts', '.tsx', '.css', '.html', '.js', '.json', '.svg', '.webmanifest'];
const COMPRESSED = /\.(js|css|html|svg|webmanifest)$/;
/** Smaller files gain nothing. */
const SMALL = 512;

/** Every source file, relative to the repository. */
function sources() {
  return SOURCES.flatMap((folder) => [...filesBelow(folder, ENDINGS)])
    .filter((path) => !path.includes('.test.'))
    .sort((a, b) => (a < b ? -1 : 1));
}

/** Builds into `out` if anything has changed (always with `force`). @param {{ force?: boolean, out?: string }} options */
export async function buildConsole({ force = false, out = DIST } = {}) {
  const stamp = fingerprint([...sources(), join('scripts', 'build-console.mjs')], process.env.CDN_BASE);
  const kept = join(out, '.build');
  if (!force && existsSync(kept) && readFileSync(kept, 'utf8') === stamp) return;
  const began = Date.now();
  say('Building the console ...');
  const fresh = `${out}.${process.pid}.new`;
  try {
    const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
    const args = [vite, 'build', '--outDir', fresh, '--logLevel', 'warn'];
    // What React is built for must not depend on who calls: tests and shells have a NODE_ENV of their own.
    const env = { ...toolEnvironment(), NODE_ENV: 'production' };
    const code = await run(findNode(), args, { cwd: CONSOLE, env });
    if (code !== 0) throw new Stop('The console could not be built; the message is above. The last build is kept.');
    await buildServiceWorker(fresh);
    await compressAll(fresh);
    writeFileSync(join(fresh, '.build'), stamp);
    mkdirSync(dirname(out), { recursive: true });
    rmSync(`${out}.old`, { recursive: true, force: true });
    if (existsSync(out)) renameSync(out, `${out}.old`);
    renameSync(fresh, out);
    rmSync(`${out}.old`, { recursive: true, force: true });
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  say(`Built the console in ${seconds(began)} s.`);
}

/** The service worker, with the list of what it keeps written into it. @param {string} folder */
async function buildServiceWorker(folder) {
  const { build } = await import('esbuild');
  const { assets, cdn_base: base } = JSON.parse(readFileSync(join(folder, 'build.json'), 'utf8'));
  const revision = (name) =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex')
      .slice(0, 16);
  const kept = [
    { url: '/', revision: revision('index.html') },
    ...['theme.js', 'icon.svg', 'manifest.webmanifest'].map((name) => ({ url: `/${name}`, revision: revision(name) })),
    ...assets.map((name) => ({ url: name.includes('worker') ? `/${name}` : `${base || '/'}${name}`, revision: null })),
  ];
  await build({
    entryPoints: [join(CONSOLE, 'src', 'sw', 'service-worker.ts')],
    outfile: join(folder, 'sw.js'),
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2023',
    legalComments: 'none',
    define: { __PRECACHE__: JSON.stringify(kept), 'process.env.NODE_ENV': '"production"' },
  });
}

/** @param {string} folder */
async function compressAll(folder) {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile() && COMPRESSED.test(item.name))
    .map((item) => join(item.parentPath, item.name));
  await Promise.all(
    names.map(async (path) => {
      const bytes = readFileSync(path);
      if (bytes.length < SMALL) return;
      const params = {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      };
      writeFileSync(`${path}.br`, await promisify(brotliCompress)(bytes, { params }));
      writeFileSync(`${path}.gz`, await promisify(gzip)(bytes, { level: 9 }));
    }),
  );
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await entry(async () => {
    const { values } = parseArgs({ options: { 'if-stale': { type: 'boolean' }, out: { type: 'string' } } });
    const { 'if-stale': ifStale = false, out } = values;
    await buildConsole({ force: !ifStale, ...(out === undefined ? {} : { out: resolve(out) }) });
    return 0;
  });
}
