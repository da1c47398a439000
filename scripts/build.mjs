// Bundles the product into apps/holdfast/dist: one ES module for the command line, chunks that it loads when it needs
// them, and one file for each worker thread. `--if-stale` does nothing when no source has changed.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { buildConsole } from './build-console.mjs';
import { entry, filesBelow, fingerprint, ROOT, say, seconds, Stop } from './toolchain.mjs';

const DIST = join(ROOT, 'apps', 'holdfast', 'dist');
const STAMP = join(DIST, '.build');
const SOURCES = ['apps', 'services', 'libs'];
// Native add-ons, and what reads files that lie beside it: they stay in node_modules.
const EXTERNAL = [
  '@node-rs/argon2',
  '@scalar/fastify-api-reference',
  'esbuild',
  'etcd3',
  'pg-native',
  'playwright-core',
  'usearch',
];
// CommonJS packages inside an ES module still call require.
const BANNER = [
  "import { createRequire as __createRequire } from 'node:module';",
  'const require = __createRequire(import.meta.url);',
].join('\n');
const KEEP_MS = 24 * 60 * 60 * 1000;
// How a source names its worker: './worker.ts' while developing, './x-worker.js' beside the bundle.
const WORKER = /'(\.\/[\w./-]+\.ts)'\s*:\s*'\.\/([\w-]+)\.js'/g;

const OPTIONS = {
  entryNames: '[name]',
  chunkNames: '[name]-[hash]',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  sourcemap: true,
  sourcesContent: false,
  external: EXTERNAL,
  banner: { js: BANNER },
  legalComments: 'none',
  logLevel: 'silent',
};

/** Every source file, relative to the repository. */
function sources() {
  return (
    SOURCES.flatMap((folder) => [...filesBelow(folder, ['.ts', '.js', '.json'])])
      // The console is built by itself (build-console.mjs).
      .filter((path) => !path.endsWith('.test.ts') && !path.startsWith(join('apps', 'console')))
      .sort((a, b) => (a < b ? -1 : 1))
  );
}

/** Worker threads by the name that their owner expects. @param {readonly string[]} paths */
function workers(paths) {
  const found = new Map();
  for (const path of paths.filter((one) => one.endsWith('.ts'))) {
    const text = readFileSync(join(ROOT, path), 'utf8');
    if (!text.includes('import.meta.url')) continue;
    for (const [, source, name] of text.matchAll(WORKER)) {
      const file = join(ROOT, dirname(path), source);
      if (!existsSync(file)) throw new Stop(`${path} names the worker ${source}, which is not there.`);
      if (found.has(name) && found.get(name) !== file) {
        throw new Stop(`Two workers want to be ${name}.js: ${found.get(name)} and ${file}. Rename one.`);
      }
      found.set(name, file);
    }
  }
  return found;
}

async function esbuild() {
  try {
    return await import('esbuild');
  } catch (cause) {
    throw new Stop(
      `esbuild is not installed (${cause.code ?? cause.message}). Run "npm ci" first, or simply "npm start".`,
    );
  }
}

/** Builds server and console if anything has changed (always with `force`). @param {{ force?: boolean }} options */
export async function build(options = {}) {
  await buildServer(options);
  await buildConsole(options);
}

async function buildServer({ force = false }) {
  const paths = sources();
  const stamp = fingerprint([...paths, join('scripts', 'build.mjs')]);
  if (!force && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stamp) return;
  const began = Date.now();
  say('Building ...');
  const { build: bundle } = await esbuild();
  const main = { holdfast: join(ROOT, 'apps', 'holdfast', 'src', 'main.ts') };
  const threads = Object.fromEntries(workers(paths));
  // Into a folder of its own first: a failed build leaves the last good one as it was.
  const fresh = `${DIST}.${process.pid}.new`;
  try {
    // Apart from each other: a chunk that a worker shared with the server would bring half of the server along.
    const results = await Promise.all([
      bundle({ ...OPTIONS, entryPoints: main, outdir: fresh, splitting: true }),
      bundle({ ...OPTIONS, entryPoints: threads, outdir: fresh }),
    ]);
    for (const { text, location } of results.flatMap((result) => result.warnings)) {
      say(`  warning: ${text} (${location?.file ?? '?'})`);
    }
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    const first = error.errors?.[0];
    if (!first) throw error;
    const more = error.errors.length > 1 ? ` (and ${error.errors.length - 1} more)` : '';
    throw new Stop(`The build failed: ${first.text} at ${first.location?.file}:${first.location?.line}${more}`);
  }
  publish(fresh);
  writeFileSync(STAMP, stamp);
  say(`Built in ${seconds(began)} s (${Object.keys(threads).length} worker threads).`);
}

/** Puts the new files in their place. Those of the build before stay for a day: a server may yet load its chunks. */
function publish(fresh) {
  mkdirSync(DIST, { recursive: true });
  const names = new Set(readdirSync(fresh));
  for (const name of names) renameSync(join(fresh, name), join(DIST, name));
  rmSync(fresh, { recursive: true });
  for (const name of readdirSync(DIST)) {
    const path = join(DIST, name);
    const old = /\.js(\.map)?$/.test(name) && !names.has(name) && Date.now() - statSync(path).mtimeMs > KEEP_MS;
    if (old) rmSync(path);
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await entry(async () => {
    await build({ force: !process.argv.includes('--if-stale') });
    return 0;
  });
}
