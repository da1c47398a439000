import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { HoldfastError, sandboxpb } from '@holdfast/protocol';

import { Battlefield } from './attack.ts';
import type { Decoys } from './decoys.ts';
import type { EngineChoice } from './engines.ts';
import { leaks } from './leaks.ts';
import type { Outside } from './outside.ts';
import { type Probe, type Verdict, escaped } from './probe.ts';

/** A minute; a machine that is emulated in software gets three. */
const PATIENCE_MS = 60_000;
const GUEST_PATIENCE_MS = 180_000;
/** How many attempts must succeed without isolation, so that failing elsewhere means something. */
const LEAST_ESCAPES = 25;

/** What came of one attempt, or of one look at an engine, on one engine. */
export interface Result {
  readonly engine: string;
  readonly id: string;
  readonly class: string;
  readonly title: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** What was seen, or why it was skipped. */
  readonly evidence: string;
}

/** What the suite runs with. */
export interface SuiteParts {
  readonly base: string;
  readonly program: string;
  readonly decoys: Decoys;
  readonly outside: Outside;
  readonly probes: readonly Probe[];
  /** In a virtual machine too, what is dear there. */
  readonly all: boolean;
  readonly report: (result: Result) => void;
}

/** Attacks one engine, and looks at what it leaves. */
export async function attackEngine(choice: EngineChoice, parts: SuiteParts): Promise<Result[]> {
  const results: Result[] = [];
  const add = (result: Omit<Result, 'engine'>): void => {
    results.push({ engine: choice.name, ...result });
    parts.report({ engine: choice.name, ...result });
  };
  const whole = { id: 'engine', class: 'engine', title: 'the engine runs sandboxes' };
  const opened = await choice.open().catch((error: unknown) => ({ broken: String(error) }));
  if ('skip' in opened || 'broken' in opened) {
    const [outcome, evidence] =
      'skip' in opened ? (['skipped', opened.skip] as const) : (['failed', opened.broken] as const);
    add({ ...whole, outcome, evidence });
    return results;
  }
  const field = new Battlefield(opened, parts);
  try {
    await field.begin();
    const probes = parts.probes.filter((probe) => isFor(probe, field.level, parts.all));
    const weak = field.level === sandboxpb.Level.UNISOLATED;
    let escapes = 0;
    for (const probe of probes) {
      const verdict = await attempt(probe, field);
      if (!weak) {
        add({ ...named(probe), outcome: verdict.held ? 'passed' : 'failed', evidence: verdict.evidence });
        continue;
      }
      if (!verdict.held) escapes += 1;
      const expected = mustEscape(probe);
      // What holds there for other reasons is no failure, and what is not documented to escape is no success.
      if (!expected) continue;
      const evidence = `${verdict.held ? 'NOT SEEN as an escape' : 'seen as an escape'}: ${verdict.evidence}`;
      add({ ...named(probe), outcome: verdict.held ? 'failed' : 'passed', evidence });
    }
    if (weak) add(enough(escapes, probes));
  } catch (error) {
    const isMissing = HoldfastError.has(error, 'SANDBOX_UNAVAILABLE') && process.env['CI'] !== 'true';
    add({
      ...whole,
      outcome: isMissing ? 'skipped' : 'failed',
      evidence: String(error instanceof Error ? error.stack : error),
    });
  } finally {
    await field.end();
    const left = [...(await opened.close()), ...(await settled(parts.base, field.cgroupName))];
    await rm(field.hostFolder, { recursive: true, force: true });
    const title = 'no process, mount, loop device, control group, container, socket or file is left';
    const evidence = left.length === 0 ? 'nothing is left' : left.join('; ');
    add({ id: 'leaks', class: 'engine', title, outcome: left.length === 0 ? 'passed' : 'failed', evidence });
  }
  return results;
}

/** One attempt with its time limit, and a look at what else it has done. */
async function attempt(probe: Probe, field: Battlefield): Promise<Verdict> {
  const patience = field.level === sandboxpb.Level.MICROVM ? GUEST_PATIENCE_MS : PATIENCE_MS;
  const over = new AbortController();
  const late = sleep(patience, escaped(`it did not end in ${patience / 1000} s`), { signal: over.signal });
  late.catch(() => undefined);
  let seen: Verdict;
  try {
    seen = await Promise.race([probe.run(field), late]);
  } catch (error) {
    seen = escaped(`it broke off: ${error instanceof Error ? error.message : String(error)}`);
  }
  over.abort();
  const damage = await field.damage();
  return damage.length === 0 ? seen : escaped([...damage, seen.evidence].join('; '));
}

function isFor(probe: Probe, level: sandboxpb.Level, all: boolean): boolean {
  if (level === sandboxpb.Level.UNISOLATED) return probe.unisolated !== 'never';
  if (level !== sandboxpb.Level.MICROVM) return true;
  return probe.inGuest === 'boundary' || (probe.inGuest === 'guest' && all);
}

function named({ id, class: ofClass, title }: Probe): Pick<Result, 'id' | 'class' | 'title'> {
  return { id, class: ofClass, title };
}

/** Whether an attempt is documented to succeed here without isolation. */
function mustEscape({ unisolated }: Probe): boolean {
  return unisolated === 'escapes' || (unisolated === 'escapes-as-root' && isFullRoot());
}

/** Root in a container may have little of what root has. */
function isFullRoot(): boolean {
  const found = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  const SYS_ADMIN = 1n << 21n;
  return process.getuid?.() === 0 && (BigInt(`0x${found}`) & SYS_ADMIN) !== 0n;
}

function enough(escapes: number, probes: readonly Probe[]): Omit<Result, 'engine'> {
  const result = {
    id: 'enough-escapes',
    class: 'engine',
    title: `at least ${LEAST_ESCAPES} attempts succeed without isolation`,
  };
  const documented = probes.filter(mustEscape).length;
  if (documented < LEAST_ESCAPES) {
    return {
      ...result,
      outcome: 'skipped',
      evidence: `only ${documented} of the attempts chosen could, for this user`,
    };
  }
  return {
    ...result,
    outcome: escapes >= LEAST_ESCAPES ? 'passed' : 'failed',
    evidence: `${escapes} of ${probes.length}`,
  };
}

/** What is still there after a while: the kernel takes its time with what was killed. */
async function settled(base: string, cgroupName: string): Promise<string[]> {
  let left = await leaks({ base, cgroupName });
  for (let turn = 0; turn < 50 && left.length > 0; turn += 1) {
    await sleep(100);
    left = await leaks({ base, cgroupName });
  }
  return left;
}
