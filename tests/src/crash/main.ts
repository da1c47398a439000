/**
 * The crash matrix and the soak: `npm run test:crash [-- --kills 200] [--seed 1] [--matrix-only] [--json]`.
 *
 * A real process is killed with SIGKILL at each named fault point, for each effect, alone and as one of five parallel
 * calls, and inside a streaming model call; then at random times, again and again. After each case the effects that
 * took place are held against what the platform promises (AG-2).
 */
import { parseArgs } from 'node:util';

import { type CaseResult, runCase } from './harness.ts';
import { matrixCases } from './matrix.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    'matrix-only': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const say = (line: string) => {
  if (!values.json) process.stdout.write(`${line}\n`);
};

/** Mulberry32: a small generator, so that a soak can be repeated by its seed. */
function randomOf(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

async function matrix(): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  const queue = matrixCases();
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const result = await runCase(next.name, next.scenario, 1, { fault: next.fault });
      results.push(result);
      const settled = Object.entries(result.settled).map(([how, n]) => `${how} ${n}`);
      say(`${result.broken.length === 0 ? 'ok  ' : 'FAIL'} ${result.name}  (${settled.join(', ')})`);
      for (const broken of result.broken) say(`     ${broken}`);
    }
  };
  await Promise.all([work(), work()]);
  return results;
}

async function soak(kills: number, random: () => number): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  for (let done = 0; done < kills; ) {
    const before = done;
    const result = await runCase(`soak ${results.length + 1}`, 'soak', 4, {
      kills: Math.min(25, kills - before),
      delayMs: () => 150 + random() * 500,
      killed: (n) => {
        if ((before + n) % 20 === 0) say(`     ${before + n} of ${kills} kills`);
      },
    });
    done += result.kills;
    results.push(result);
    for (const broken of result.broken) say(`FAIL ${result.name}: ${broken}`);
    if (result.broken.length > 0 && result.kills === 0) break;
  }
  return results;
}

const matrixResults = await matrix();
const soakResults = values['matrix-only'] ? [] : await soak(Number(values.kills), randomOf(Number(values.seed)));
const all = [...matrixResults, ...soakResults];
const failures = all.filter((result) => result.broken.length > 0);
const kills = all.reduce((sum, result) => sum + result.kills, 0);
if (values.json) {
  process.stdout.write(
    `${JSON.stringify({ cases: all, kills, violations: failures.flatMap(({ broken }) => broken) })}\n`,
  );
} else {
  say(`${matrixResults.length} cases, ${kills} kills, ${failures.flatMap(({ broken }) => broken).length} violations`);
  say(`${all.length - failures.length} passed, ${failures.length} failed, 0 skipped`);
}
process.exitCode = failures.length === 0 ? 0 : 1;
