/**
 * The escape suite: `npm run test:escape [-- --engine docker] [--class files] [--all] [--json]`.
 *
 * Attempts to get out of a sandbox, to reach who is beside it, and to starve the machine, made from inside on every
 * engine that works here (QA-4). An attempt has failed, as it has to, when the kernel or the platform refused it, the
 * canaries of the host are untouched, and another sandbox goes on beside it. Without isolation the same attempts must
 * succeed, so that their failing means something. Nothing is sent to an address outside this machine.
 */
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { HoldfastError } from '@holdfast/protocol';

import { openDecoys } from './decoys.ts';
import { engineChoices } from './engines.ts';
import { openOutside } from './outside.ts';
import { CLASSES } from './probe.ts';
import { PROBES } from './probes/index.ts';
import { buildProgram } from './program.ts';
import { attackEngine, type Result } from './suite.ts';

const { values } = parseArgs({
  options: {
    engine: { type: 'string', multiple: true, default: [] },
    class: { type: 'string', multiple: true, default: [] },
    all: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const say = (line: string): void => {
  if (!values.json) process.stdout.write(`${line}\n`);
};

const WORDS = { passed: 'ok  ', failed: 'FAIL', skipped: 'skip' } as const;

function report({ engine, class: ofClass, id, title, outcome, evidence }: Result): void {
  say(`${WORDS[outcome]} ${engine}  ${ofClass}/${id}  ${title}`);
  if (outcome !== 'passed') say(`     ${evidence}`);
}

function choose<T>(
  kind: string,
  wanted: readonly string[],
  known: readonly T[],
  nameOf: (one: T) => string,
): readonly T[] {
  const names = known.map(nameOf);
  const missing = wanted.filter((name) => !names.includes(name));
  if (missing.length > 0) throw new Error(`There is no ${kind} ${missing.join(', ')}; there are ${names.join(', ')}.`);
  return wanted.length === 0 ? known : known.filter((one) => wanted.includes(nameOf(one)));
}

async function run(): Promise<readonly Result[]> {
  const classes = choose('class', values.class, CLASSES, (name) => name);
  const probes = PROBES.filter((probe) => classes.includes(probe.class));
  const base = await mkdtemp(join(tmpdir(), 'holdfast-'));
  await chmod(base, 0o755);
  // Whatever makes temporary files makes them where they are looked for afterwards.
  process.env['TMPDIR'] = base;
  try {
    const engines = choose('engine', values.engine, engineChoices(base), ({ name }) => name);
    const program = await buildProgram(base);
    const [decoys, outside] = [await openDecoys(base), await openOutside()];
    const results: Result[] = [];
    try {
      for (const engine of engines) {
        const before = await readdir(base);
        const began = performance.now();
        const found = await attackEngine(engine, { base, program, decoys, outside, probes, all: values.all, report });
        await forget(base, before, found);
        results.push(...found);
        const failed = found.filter(({ outcome }) => outcome === 'failed').length;
        say(
          `-- ${engine.name}: ${found.length} looked at, ${failed} failed, ${((performance.now() - began) / 1000).toFixed(1)} s`,
        );
      }
    } finally {
      await decoys.close();
      await outside.close();
    }
    return results;
  } catch (error) {
    if (!HoldfastError.has(error, 'UNAVAILABLE') || process.env['CI'] === 'true') throw error;
    const { message } = HoldfastError.from(error);
    const skipped: Result = {
      engine: 'all',
      class: 'engine',
      id: 'program',
      title: 'the program of the attempts',
      outcome: 'skipped',
      evidence: message,
    };
    report(skipped);
    return [skipped];
  } finally {
    await rm(base, { recursive: true, force: true });
  }
}

/** Saved guests and folders of disks are kept by a service; nothing but these may have come. */
async function forget(base: string, before: readonly string[], found: Result[]): Promise<void> {
  const came = (await readdir(base)).filter((name) => !before.includes(name));
  const kept = /^(qemu|disks-[a-z]+)$/;
  for (const name of came.filter((one) => kept.test(one))) await rm(join(base, name), { recursive: true });
  const left = came.filter((name) => !kept.test(name));
  if (left.length === 0) return;
  const engine = found[0]?.engine ?? '';
  const result: Result = {
    engine,
    class: 'engine',
    id: 'files-left',
    title: 'no temporary file is left',
    outcome: 'failed',
    evidence: left.join(', '),
  };
  report(result);
  found.push(result);
}

const results = await run();
const count = (outcome: Result['outcome']): number => results.filter((result) => result.outcome === outcome).length;
if (values.json) process.stdout.write(`${JSON.stringify({ results })}\n`);
else {
  for (const { engine, evidence } of results.filter(({ outcome }) => outcome === 'skipped'))
    say(`skipped: ${engine}: ${evidence}`);
  say(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`);
}
process.exitCode = count('failed') === 0 ? 0 : 1;
