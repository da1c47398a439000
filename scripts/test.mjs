// `npm test`: everything, from a bare clone. In CI (CI=true) it first installs the services that the tests use; on a
// developer's machine tests whose service is missing are skipped, each with its reason.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { build } from './build.mjs';
import {
  checkGit,
  checkNode,
  entry,
  findNode,
  install,
  npm,
  ROOT,
  run,
  say,
  seconds,
  toolEnvironment,
} from './toolchain.mjs';

const SUMMARY = /^(\d+) passed, (\d+) failed, (\d+) skipped$/;
const IN_CI = process.env.CI === 'true';

/** @typedef {{ name: string, reason: string }} Told one test that failed or was skipped, and why */
/** @type {{ passed: number, failed: Told[], skipped: Told[] }} */
const total = { passed: 0, failed: [], skipped: [] };

/** Runs one step that either passes or fails as a whole. */
async function check(title, program, args) {
  const began = Date.now();
  say(`\n== ${title}`);
  const code = await run(program, args, { env: toolEnvironment() });
  if (code === 0) total.passed += 1;
  else total.failed.push({ name: title, reason: `exit code ${code}; its output is above` });
  say(`-- ${title}: ${code === 0 ? 'passed' : `FAILED (exit code ${code})`}, ${seconds(began)} s`);
}

/** The unit tests: each counts. */
async function unitTests(node, folder) {
  const began = Date.now();
  say('\n== unit tests');
  const summary = join(folder, 'unit.json');
  const args = ['run', '--reporter=default', `--reporter=${join(ROOT, 'scripts', 'test-reporter.mjs')}`];
  const code = await run(node, [join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), ...args], {
    env: { ...toolEnvironment(), HOLDFAST_TEST_SUMMARY: summary },
  });
  const counted = existsSync(summary)
    ? JSON.parse(readFileSync(summary, 'utf8'))
    : { passed: 0, failed: [], skipped: [] };
  add('unit tests', counted, code);
  say(
    `-- unit tests: ${counted.passed} passed, ${counted.failed.length} failed, ${counted.skipped.length} skipped, ${seconds(began)} s`,
  );
}

/**
 * A harness that ends with a line "N passed, N failed, N skipped".
 *
 * @param {string} [label] before each of its lines, where another one runs beside it
 */
async function harness(title, node, script, label) {
  const began = Date.now();
  say(`\n== ${title}`);
  let tail = '';
  const code = await run(node, [join(ROOT, script)], {
    env: toolEnvironment(),
    label,
    tee: (chunk) => {
      tail = (tail + chunk.toString()).slice(-4096);
    },
  });
  const line = tail.trim().split('\n').at(-1) ?? '';
  const [, passed, failed, skipped] = SUMMARY.exec(line.trim()) ?? [];
  const whole = { passed: code === 0 ? 1 : 0, failed: [], skipped: [] };
  const told = (count) => Array.from({ length: Number(count) }, () => ({ name: title, reason: 'printed above' }));
  add(
    title,
    passed === undefined ? whole : { passed: Number(passed), failed: told(failed), skipped: told(skipped) },
    code,
  );
  say(`-- ${title}: ${code === 0 ? 'passed' : `FAILED (exit code ${code})`}, ${seconds(began)} s`);
}

/** Adds counts; an exit code that says "failed" is believed even where no test does. */
function add(title, { passed, failed, skipped }, code) {
  total.passed += passed;
  total.failed.push(...failed);
  if (code !== 0 && failed.length === 0)
    total.failed.push({ name: title, reason: `exit code ${code}; its output is above` });
  total.skipped.push(...skipped);
}

function report() {
  list('Skipped', total.skipped);
  list('Failed', total.failed);
  process.stdout.write(`\n${total.passed} passed, ${total.failed.length} failed, ${total.skipped.length} skipped\n`);
}

/** Why each was skipped or failed, at the end, where it is looked for. */
function list(title, all) {
  if (all.length === 0) return;
  say(`\n${title} (${all.length}):`);
  for (const { name, reason } of all) say(`  ${name}: ${(reason || 'no reason given').replaceAll('\n', '\n    ')}`);
}

await entry(async () => {
  checkNode();
  checkGit();
  await install();
  const node = findNode();
  const bin = (name) => join(ROOT, 'node_modules', '.bin', name);
  if (IN_CI) {
    await check('services', 'bash', [join('scripts', 'services.sh')]);
    await check('runtime of local models', ...npm('run', 'onnx:install'));
  }
  await check('types', bin('tsc'), ['--noEmit']);
  await check('types of the console', bin('tsc'), ['--noEmit', '-p', join('apps', 'console')]);
  await check('types of its tests', bin('tsc'), ['--noEmit', '-p', join('tests', 'src', 'console')]);
  await check('types of its benchmark', bin('tsc'), ['--noEmit', '-p', join('bench', 'console')]);
  await check('lint', bin('oxlint'), ['--type-aware', '--deny-warnings']);
  await check('format', bin('biome'), ['format', '.']);
  await check('proto', bin('buf'), ['lint']);
  await build();
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-test-'));
  try {
    await unitTests(node, folder);
    // Both wait more than they work: side by side they take as long as the longer one.
    await Promise.all([
      harness('crash matrix', node, join('tests', 'src', 'crash', 'main.ts'), 'crash '),
      harness('escape suite', node, join('tests', 'src', 'escape', 'main.ts'), 'escape'),
    ]);
    await harness('console in Chromium', node, join('tests', 'src', 'console', 'main.ts'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  report();
  return total.failed.length === 0 ? 0 : 1;
});
