import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';

import { agentpb } from '@holdfast/protocol';

import { Ledger } from './effect-tools.ts';
import { countEffects, type Observed, violations } from './invariants.ts';

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));

interface Reported {
  readonly id: string;
  readonly status: agentpb.RunStatus;
  readonly output: string;
  readonly recoveries: number;
  readonly error?: string;
  readonly actions: agentpb.Action[];
}

/** How one case went. */
export interface CaseResult {
  readonly name: string;
  readonly kills: number;
  readonly broken: readonly string[];
  /** Outcomes of the tool actions, by how they were settled; for the report. */
  readonly settled: Readonly<Record<string, number>>;
}

/** How a case is killed: at a fault point of its first process, or at random times until `kills` are done. */
export type Killing =
  | { readonly fault: string }
  | { readonly kills: number; readonly delayMs: () => number; readonly killed: (n: number) => void };

/**
 * Runs one case in processes of its own: start, kill, start again ..., until one lives to the end; then holds what
 * happened against the promises.
 */
export async function runCase(name: string, scenario: string, runs: number, killing: Killing): Promise<CaseResult> {
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-crash-'));
  const seen: Observed[] = [];
  try {
    for (let attempt = 0; ; attempt += 1) {
      const plan =
        'fault' in killing
          ? { env: attempt === 0 ? { HOLDFAST_FAULT: killing.fault } : {}, killAfterMs: undefined }
          : { env: {}, killAfterMs: seen.length < killing.kills ? killing.delayMs() : undefined };
      const { signal, stdout, stderr, code, hung } = await runChild(
        [dataDir, scenario, String(runs)],
        plan.env,
        plan.killAfterMs,
      );
      if (hung) return failed(name, seen.length, `the process hung: ${stderr.slice(-2000)}`);
      if (signal === 'SIGKILL') {
        seen.push(observe(dataDir));
        if (!('fault' in killing)) killing.killed(seen.length);
        continue;
      }
      if (code !== 0)
        return failed(name, seen.length, `the process ended with ${code ?? signal}: ${stderr.slice(-2000)}`);
      if ('fault' in killing && attempt === 0) return failed(name, 0, `the fault ${killing.fault} was never reached`);
      return judge(name, JSON.parse(stdout) as Reported[], dataDir, seen);
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

function failed(name: string, kills: number, why: string): CaseResult {
  return { name, kills, broken: [why], settled: {} };
}

function judge(name: string, reports: readonly Reported[], dataDir: string, seen: readonly Observed[]): CaseResult {
  const lines = new Ledger(join(dataDir, 'ledger.ndjson')).read();
  const broken: string[] = [];
  const settled: Record<string, number> = {};
  for (const report of reports) {
    const own = lines.filter((line) => line.key.startsWith(`${report.id}:`));
    broken.push(...violations(report.actions, own, seen).map((what) => `${report.id} ${what}`));
    if (report.status !== agentpb.RunStatus.SUCCEEDED) broken.push(`${report.id} did not end well: ${report.error}`);
    for (const action of report.actions) {
      const how = action.settled || 'plain';
      settled[how] = (settled[how] ?? 0) + 1;
    }
  }
  if (reports.length === 0) broken.push('no run was left');
  return { name, kills: seen.length, broken, settled };
}

/** Looks at the dead process's data: which tool calls have a durable outcome, and which effects took place. */
function observe(dataDir: string): Observed {
  const effects = countEffects(new Ledger(join(dataDir, 'ledger.ndjson')).read());
  const finished = new Set<string>();
  const db = new DatabaseSync(join(dataDir, 'holdfast.db'));
  try {
    const table = db.prepare(`select count(*) as n from sqlite_master where name = 'journal'`).get();
    if (table?.['n'] !== 1) return { finished, effects };
    for (const row of db.prepare('select run_id, records from journal').all()) {
      for (const record of JSON.parse(String(row['records'])) as { kind: string; id?: string }[]) {
        if (record.kind === 'outcome') finished.add(`${String(row['run_id'])}:${record.id}`);
      }
    }
  } finally {
    db.close();
  }
  return { finished, effects };
}

/** How one process of the harness ended. */
export interface ChildEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** It was still running after its time limit, and was killed for that. */
  readonly hung: boolean;
}

/** A program of the harness, and how long it may run. */
export interface ChildProgram {
  /** Path of its source. */
  readonly path: string;
  readonly limitMs: number;
}

const OWN: ChildProgram = { path: CHILD, limitMs: 120_000 };

/** Starts one process of the harness and waits until it has ended, by itself or killed after `killAfterMs`. */
export function runChild(
  args: readonly string[],
  env: Record<string, string>,
  killAfterMs: number | undefined,
  program = OWN,
): Promise<ChildEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program.path, ...args], {
      env: { PATH: process.env['PATH'] ?? '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    let hung = false;
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
    });
    const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    const limit = setTimeout(() => {
      hung = true;
      child.kill('SIGKILL');
    }, program.limitMs);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      clearTimeout(limit);
      resolve({ code, signal, stdout, stderr, hung });
    });
  });
}
