import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { create, HoldfastError, sandboxpb } from '@holdfast/protocol';
import { createSandboxService, type SandboxConfig, type SandboxService, thisHost } from '@holdfast/sandbox';

import { codeOf } from './machine.ts';
import { broken, type DoctorCheck, look, works } from './report.ts';

const { Level } = sandboxpb;
const INSTALL = 'Install bubblewrap: apt-get install bubblewrap.';
const LEVELS = [
  ['process', Level.PROCESS],
  ['container', Level.CONTAINER],
  ['microvm', Level.MICROVM],
  ['unisolated', Level.UNISOLATED],
] as const;

/** What the doctor asks a sandbox service. */
type Examined = Pick<SandboxService, 'probe' | 'state'>;

/**
 * Isolation, by a service of our own: every engine of these levels really runs something.
 *
 * @param which of the configured level, of all, or only of those that are not the configured one.
 */
export async function checkOwnSandbox(
  config: SandboxConfig,
  which: 'configured' | 'all' | 'others',
): Promise<DoctorCheck[]> {
  const levels = config.levels.filter((level) => which === 'all' || (level === config.level) !== (which === 'others'));
  // A folder of its own: the sandboxes of a service that runs meanwhile are not to be taken for leftovers.
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-doctor-'));
  const [first = config.level] = levels;
  const sandbox = createSandboxService(
    { ...config, levels: [first, ...levels.slice(1)], images: { ...config.images, pull_ahead: [] } },
    thisHost(folder),
  );
  try {
    if (which === 'others') return levels.length === 0 ? [] : await checkEngines(sandbox);
    return await checkSandbox(sandbox, config, []);
  } finally {
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Isolation, as the service that is there finds it: whether it works, its engines by level, and what else holds it. */
export async function checkSandbox(
  sandbox: Examined,
  { allow_unisolated: isUnisolated }: Pick<SandboxConfig, 'allow_unisolated'>,
  levels: sandboxpb.Level[] = [Level.UNSPECIFIED],
): Promise<DoctorCheck[]> {
  try {
    const { chosen, engines } = await sandbox.probe(create(sandboxpb.ProbeRequestSchema, { levels }));
    const level = engines.find(({ engine }) => engine === chosen)?.level;
    const state = await sandbox.state();
    return [
      isolation(chosen, level, engines),
      ...byLevel(engines, isUnisolated),
      ...(level === Level.UNISOLATED ? [] : [quotas(state), disks(state), audit(state)]),
    ];
  } catch (error) {
    return [broken('sandbox', sentence(error), INSTALL)];
  }
}

async function checkEngines(sandbox: Examined): Promise<DoctorCheck[]> {
  try {
    const { engines } = await sandbox.probe(create(sandboxpb.ProbeRequestSchema));
    return byLevel(engines, false);
  } catch (error) {
    return [look('sandbox engines', sentence(error), '')];
  }
}

function isolation(
  chosen: string,
  level: sandboxpb.Level | undefined,
  engines: readonly sandboxpb.EngineReport[],
): DoctorCheck {
  if (level === undefined) {
    const fix = engines.find((one) => !one.works)?.verdict ?? INSTALL;
    return broken('sandbox', 'No isolation works: tools that start processes are refused.', fix);
  }
  if (level === Level.UNISOLATED) {
    return look(
      'sandbox',
      'Commands run WITHOUT isolation, as sandbox.allow_unisolated says.',
      'Install bubblewrap and take allow_unisolated away.',
    );
  }
  return works('sandbox', `${chosen} isolates commands.`);
}

/** One check for each level that was tried, with a line for each engine of it. */
function byLevel(engines: readonly sandboxpb.EngineReport[], isUnisolated: boolean): DoctorCheck[] {
  return LEVELS.flatMap(([name, level]) => {
    const tried = engines.filter((one) => one.level === level);
    if (tried.length === 0 || (level === Level.UNISOLATED && !isUnisolated)) return [];
    const working = tried.filter((one) => one.works).map(({ engine }) => engine);
    const detail = tried.map(lineOf).join('\n');
    const id = `sandbox ${name}`;
    if (working.length > 0) return [works(id, `By ${working.join(', ')}.`, detail)];
    const fix = `Sandboxes of this level are refused until one works. Or take "${name}" out of sandbox.levels.`;
    return [look(id, 'No engine of this level works here.', fix, detail)];
  });
}

function lineOf({ engine, version, verdict, works: isWorking, startMs }: sandboxpb.EngineReport): string {
  const named = version === '' || version.startsWith(engine) ? version || engine : `${engine}, ${version}`;
  return `${isWorking ? '✓' : '✗'} ${named}: ${verdict}${isWorking ? ` (${startMs.toFixed(0)} ms to start)` : ''}`;
}

type State = Awaited<ReturnType<SandboxService['state']>>;

function quotas({ cgroups: { kind, why = '' } }: State): DoctorCheck {
  const id = 'sandbox quotas';
  if (kind !== 'none') return works(id, `The kernel holds them by control groups (${kind}).`);
  return look(
    id,
    'There are no control groups: only single processes are limited, not a sandbox as a whole.',
    'Run Holdfast as root, or delegate a control group to its user (systemd: Delegate=yes).',
    why,
  );
}

function disks({ disks: { kind, why = '' } }: State): DoctorCheck {
  const id = 'sandbox disks';
  if (kind === 'image') return works(id, 'Each sandbox has a disk of its own, whose size the kernel holds.');
  return look(
    id,
    'Disks are folders that are measured: a sandbox is ended after it has written too much, not before.',
    'Run Holdfast as root, with loop devices and e2fsprogs.',
    why,
  );
}

function audit({ audit: { kind, why = '' } }: State): DoctorCheck {
  const id = 'sandbox audit';
  if (kind === 'ebpf') return works(id, 'Suspicious system calls are recorded by eBPF.');
  if (kind === 'strace') {
    const fix = 'For eBPF: run Holdfast as root, with bpftrace (apt-get install bpftrace).';
    return look(id, 'Suspicious system calls are recorded by strace, which slows commands down.', fix, why);
  }
  const fix = 'Install bpftrace and run Holdfast as root; sandbox.audit.mode must not be off.';
  return look(id, 'Nothing records suspicious system calls.', fix, why);
}

function sentence(error: unknown): string {
  return HoldfastError.is(error) ? error.message : codeOf(error);
}
