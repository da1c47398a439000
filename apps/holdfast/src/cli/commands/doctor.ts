import { HoldfastError } from '@holdfast/protocol';

import type { DoctorCheck, DoctorReport } from '../../doctor/report.ts';
import { EXIT, UnreachableError } from '../exit-code.ts';
import type { Cli } from '../io.ts';
import { harmless } from '../view/text.ts';
import { type ConfigFlags, flagSettings } from './flags.ts';

/** What `holdfast doctor` takes. */
export interface DoctorOptions extends ConfigFlags {
  readonly models?: boolean;
  readonly all?: boolean;
}

/** `holdfast doctor`: asks the running server, else tries everything from here. */
export async function doctorCommand(cli: Cli, options: DoctorOptions): Promise<number> {
  const report = await diagnose(cli, options);
  cli.result(report);
  const failed = report.checks.filter((check) => check.status === 'fail').length;
  for (const check of report.checks) cli.print(lineOf(cli, check));
  cli.print(
    failed === 0
      ? `\n${cli.say('doctor.allWell')}`
      : `\n${cli.say('doctor.notWell', { n: failed, all: report.checks.length })}`,
  );
  if (options.all !== true) cli.note(cli.say('doctor.notAll'));
  return failed === 0 ? EXIT.OK : EXIT.FAILED;
}

async function diagnose(cli: Cli, options: DoctorOptions): Promise<DoctorReport> {
  const sources = { env: cli.io.env, cwd: cli.io.cwd, configPath: options.config, flags: flagSettings(options) };
  const named = cli.target.url ?? cli.io.env['HOLDFAST_URL'];
  try {
    const report = await cli.client.request<RemoteReport>('GET', '/doctor');
    cli.note(cli.say('doctor.server'));
    const checks = report.checks.map(ofServer);
    // A server elsewhere has other engines than this machine.
    if (options.all !== true || named) return { checks };
    const { diagnoseOtherLevels } = await import('../../doctor/here.ts');
    return { checks: [...checks, ...(await diagnoseOtherLevels(sources))] };
  } catch (error) {
    if (!(error instanceof UnreachableError) || named) throw HoldfastError.from(error);
  }
  cli.note(cli.say('doctor.local'));
  const { diagnoseHere } = await import('../../doctor/here.ts');
  return diagnoseHere({ ...sources, models: options.models === true, all: options.all === true });
}

/** A report as the REST API gives it. */
interface RemoteReport {
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly verdict: string }[];
}

function ofServer({ name, ok, verdict }: RemoteReport['checks'][number]): DoctorCheck {
  return { id: name, status: ok ? 'ok' : 'fail', summary: verdict, detail: '', fix: '' };
}

function lineOf(cli: Cli, check: DoctorCheck): string {
  const { style, say } = cli;
  const mark = { ok: style.green('✓'), warn: style.yellow('!'), fail: style.red('✗') }[check.status];
  const lines = [`${mark} ${style.bold(check.id)} ${say(`doctor.${check.status}`)}: ${harmless(check.summary)}`];
  if (check.detail) lines.push(style.dim(`    ${harmless(check.detail).replaceAll('\n', '\n    ')}`));
  if (check.fix) lines.push(`    ${say('doctor.fix', { fix: harmless(check.fix) })}`);
  return lines.join('\n');
}
