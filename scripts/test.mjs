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

/** @type {{ passed: number, failed: number, skipped: { name: string, reason: string }[] }} */
const total = { passed: 0, failed: 0, skipped: [] };

/** Runs one step that either passes or fails as a whole. */
async function check(title, program, args) {
  const began = Date.now();
  say(`\n== ${title}`);
  const code = await run(program, args, { env: toolEnvironment() });
  if (code === 0) total.passed += 1;
  else total.failed += 1;
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
    : { passed: 0, failed: 0, skipped: [] };
  add(counted, code);
  say(
    `-- unit tests: ${counted.passed} passed, ${counted.failed} failed, ${counted.skipped.length} skipped, ${seconds(began)} s`,
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
  const whole = code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  add(
    passed === undefined
      ? { ...whole, skipped: [] }
      : {
          passed: Number(passed),
          failed: Number(failed),
          skipped: Array.from({ length: Number(skipped) }, () => ({ name: title, reason: 'printed above' })),
        },
    code,
  );
  say(`-- ${title}: ${code === 0 ? 'passed' : `FAILED (exit code ${code})`}, ${seconds(began)} s`);
}

/** Adds counts; an exit code that says "failed" is believed even where no test does. */
function add({ passed, failed, skipped }, code) {
  total.passed += passed;
  total.failed += code !== 0 && failed === 0 ? 1 : failed;
  total.skipped.push(...skipped);
}

function report() {
  if (total.skipped.length > 0) {
    say(`\nSkipped (${total.skipped.length}):`);
    for (const { name, reason } of total.skipped) say(`  ${name}: ${reason || 'no reason given'}`);
  }
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped.length} skipped\n`);
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
  return total.failed === 0 ? 0 : 1;
});
