import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';
import { createSandboxService, thisHost } from '@holdfast/sandbox';
import { silentLogger, systemClock } from '@holdfast/telemetry';
import {
  addSkill,
  checkSkill,
  newSkill,
  packSkill,
  problemText,
  type SkillProblem,
  type SkillReport,
} from '@holdfast/tools';

import { loadConfig } from '../../config/load.ts';
import { configSpec, type Config } from '../../config/schema.ts';
import { EXIT } from '../exit-code.ts';
import type { Cli } from '../io.ts';
import { harmless, oneLine, table } from '../view/text.ts';
import { flagSettings } from './flags.ts';

interface SkillView {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  readonly state: string;
  readonly trusted: boolean;
  readonly tools: readonly string[];
  readonly problems: readonly { file: string; line: number; reason: string; warning: boolean }[];
}

/** `holdfast skill new NAME`. */
export async function skillNewCommand(cli: Cli, name: string, options: { dir?: string }): Promise<number> {
  const files = await newSkill(resolve(cli.io.cwd, options.dir ?? '.'), name);
  cli.result({ name, files });
  for (const file of files) cli.print(relative(cli.io.cwd, file));
  cli.note(cli.say('skill.newHow', { folder: join(options.dir ?? '', name) }));
  return EXIT.OK;
}

/** `holdfast skill test FOLDER`: in a sandbox of its own, without a server. */
export async function skillTestCommand(cli: Cli, folder: string): Promise<number> {
  const report = await check(cli, await folderOf(cli, folder));
  cli.result(report);
  const { style } = cli;
  for (const problem of report.problems) cli.print(problemLine(cli, problem));
  for (const { name, why } of report.examples) {
    cli.print(
      why === '' ? `${style.green('✓')} ${harmless(name)}` : `${style.red('✗')} ${harmless(name)}: ${harmless(why)}`,
    );
  }
  if (report.examples.length === 0 && report.ok) cli.note(cli.say('skill.noExamples'));
  const { name, version, tools } = report;
  cli.print(
    report.ok
      ? cli.say('skill.good', { name: harmless(name), version, tools: tools.length === 0 ? '-' : tools.join(', ') })
      : cli.say('skill.bad', { folder }),
  );
  return report.ok ? EXIT.OK : EXIT.FAILED;
}

/** @throws HoldfastError NOT_FOUND for what is no folder. */
async function folderOf(cli: Cli, given: string): Promise<string> {
  const folder = resolve(cli.io.cwd, given);
  const found = await stat(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  });
  if (found?.isDirectory()) return folder;
  throw new HoldfastError('NOT_FOUND', cli.say('skill.noFolder', { folder: given }));
}

/** `holdfast skill list`. */
export async function skillListCommand(cli: Cli): Promise<number> {
  const answer = await cli.client.request<{ skills: readonly SkillView[] }>('GET', '/skills');
  cli.result(answer.skills);
  if (answer.skills.length === 0) {
    cli.print(cli.say('skill.none'));
    return EXIT.OK;
  }
  const head = (['head.name', 'head.version', 'head.status', 'head.tools', 'head.source'] as const).map((key) =>
    cli.say(key),
  );
  const rows = answer.skills.map((skill) => [
    harmless(skill.name),
    skill.version,
    cli.say(`skill.${skill.state}` as 'skill.ready'),
    oneLine(skill.tools.join(', '), 50),
    harmless(skill.source),
  ]);
  cli.print(table(head, rows));
  for (const { name, problems } of answer.skills) {
    for (const { warning, ...problem } of problems) {
      cli.print(`${harmless(name)}  ${problemLine(cli, { ...problem, severity: warning ? 'warning' : 'error' })}`);
    }
  }
  return EXIT.OK;
}

/** `holdfast skill pack FOLDER`. */
export async function skillPackCommand(cli: Cli, folder: string, options: { out?: string }): Promise<number> {
  const { content, ...packed } = await packSkill(await folderOf(cli, folder));
  const file = resolve(cli.io.cwd, options.out ?? `${packed.name}.skill`);
  await writeFile(file, content);
  cli.result({ ...packed, file, bytes: content.length });
  cli.print(cli.say('skill.packed', { ...packed, file: relative(cli.io.cwd, file), bytes: content.length }));
  return EXIT.OK;
}

/** `holdfast skill add ARCHIVE`. */
export async function skillAddCommand(
  cli: Cli,
  archive: string,
  options: { dir?: string; replace?: boolean },
): Promise<number> {
  const dir =
    options.dir === undefined ? join((await configOf(cli)).data_dir, 'skills') : resolve(cli.io.cwd, options.dir);
  const content = await readFile(resolve(cli.io.cwd, archive)).catch((error: unknown) => {
    throw new HoldfastError('NOT_FOUND', cli.say('skill.unreadable', { file: archive }), { cause: error });
  });
  await mkdir(dir, { recursive: true });
  const added = await addSkill(content, dir, options.replace === true);
  cli.result(added);
  cli.print(cli.say('skill.added', { name: added.name, version: added.version, folder: added.folder }));
  if (!added.verified) cli.note(cli.say('skill.unverified'));
  return EXIT.OK;
}

async function check(cli: Cli, folder: string): Promise<SkillReport> {
  const { sandbox: config, tools } = await configOf(cli);
  // A folder of its own: the sandboxes of a server that runs meanwhile are not to be taken for leftovers.
  const own = await mkdtemp(join(tmpdir(), 'holdfast-skill-test-'));
  const sandbox = createSandboxService(
    { ...config, audit: { ...config.audit, mode: 'off' }, images: { ...config.images, pull_ahead: [] } },
    thisHost(own),
  );
  try {
    return await checkSkill(folder, {
      sandbox,
      config: tools.skills,
      clock: systemClock,
      logger: silentLogger(),
      env: cli.io.env,
    });
  } finally {
    await sandbox.close();
    await rm(own, { recursive: true, force: true });
  }
}

async function configOf(cli: Cli): Promise<Config> {
  const { env, cwd } = cli.io;
  const { config: configPath, dataDir } = cli.target;
  const sources = { env, cwd, configPath, flags: flagSettings(dataDir === undefined ? {} : { dataDir }) };
  return (await loadConfig(configSpec(env), sources)).config;
}

function problemLine(cli: Cli, problem: SkillProblem): string {
  const mark = problem.severity === 'error' ? cli.style.red('✗') : cli.style.yellow('!');
  return `${mark} ${harmless(problemText(problem))}`;
}
