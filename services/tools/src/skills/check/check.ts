import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { commonpb, create, HoldfastError, type JsonObject, type SandboxApi, toolspb } from '@holdfast/protocol';
import type { Clock, Logger } from '@holdfast/telemetry';
import { z } from 'zod';

import { ToolsConfigSchema } from '../../config.ts';
import { jsonSchemaInput } from '../../input.ts';
import { createToolsService } from '../../service.ts';
import { defineTool, type ToolModule } from '../../tool.ts';
import type { SkillsConfig } from '../config.ts';
import { readSkill } from '../folder/skill.ts';
import { type SkillProblem, SkillBroken } from '../problem.ts';
import { filesProvider } from '../providers/files.ts';
import { loggerProvider } from '../providers/logger.ts';
import { skillTools } from '../use-skill.ts';
import { SkillVersion } from '../version/version.ts';
import { differs, EXAMPLES_FILE, parseExamples, type SkillExample } from './examples.ts';

/** What a skill is tried with. */
export interface CheckDeps {
  readonly sandbox: SandboxApi;
  readonly config: SkillsConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What came of it. */
export interface SkillReport {
  readonly ok: boolean;
  readonly name: string;
  readonly version: string;
  readonly tools: readonly string[];
  readonly problems: readonly SkillProblem[];
  /** In their order; `why` is empty where it did as it should. */
  readonly examples: readonly { readonly name: string; readonly why: string }[];
}

/** Reads a skill, compiles and loads it in the sandbox, and runs its examples. What is wrong is in the report. */
export async function checkSkill(folder: string, deps: CheckDeps): Promise<SkillReport> {
  const root = await mkdtemp(join(tmpdir(), 'holdfast-skill-'));
  const source = resolve(folder);
  let report: SkillReport = { ok: false, name: '', version: '', tools: [], problems: [], examples: [] };
  try {
    const skill = await readSkill(source);
    report = { ...report, name: skill.text.name, version: skill.hash.slice(0, 12), problems: skill.warnings };
    const version = new SkillVersion(skill, versionDeps(root, deps), { hosts: 0, calls: 0 });
    await version.prepare(source, 'default');
    try {
      const text = skill.files.find(({ path }) => path === EXAMPLES_FILE)?.content.toString('utf8');
      const declared = text === undefined ? [] : parseExamples(text);
      const examples = await tryAll(declared, version, root, deps);
      const ok = examples.every(({ why }) => why === '') && skill.warnings.length === 0;
      return { ...report, ok, tools: version.tools.map(({ name }) => name), examples };
    } finally {
      await version.retire();
    }
  } catch (error) {
    if (error instanceof SkillBroken) return { ...report, problems: [...report.problems, ...error.problems] };
    if (!HoldfastError.has(error, 'INVALID_ARGUMENT') && !HoldfastError.has(error, 'FAILED_PRECONDITION')) throw error;
    const problem: SkillProblem = { file: '', line: 0, reason: error.message, severity: 'error' };
    return { ...report, problems: [...report.problems, problem] };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

function versionDeps(root: string, deps: CheckDeps): ConstructorParameters<typeof SkillVersion>[1] {
  return {
    sandbox: deps.sandbox,
    config: deps.config,
    logger: deps.logger,
    env: deps.env,
    cache: join(root, 'cache'),
    state: join(root, 'state'),
    newId: () => 'test',
    providers: new Map([
      ['logger', loggerProvider(deps.logger)],
      ['files', filesProvider],
    ]),
  };
}

async function tryAll(
  examples: readonly SkillExample[],
  version: SkillVersion,
  root: string,
  deps: CheckDeps,
): Promise<SkillReport['examples']> {
  const { name } = version.skill.text;
  const modules = [...skillTools(new Map([[name, version]])), ...version.tools.map(moduleOf(version)), runTool];
  const tools = createToolsService({ ...deps, config: ToolsConfigSchema.parse({}), modules, pdf: noPdf });
  const told: { name: string; why: string }[] = [];
  const caller = create(commonpb.CallerSchema, { tenant: 'default', subject: 'skill test' });
  for (const [at, example] of examples.entries()) {
    const workspace = join(root, `workspace-${at}`);
    await mkdir(workspace);
    for (const [path, content] of Object.entries(example.files)) {
      const into = join(workspace, path);
      if (!into.startsWith(workspace))
        throw new HoldfastError('INVALID_ARGUMENT', `${path} leads out of the workspace.`);
      await mkdir(dirname(into), { recursive: true });
      await writeFile(into, content);
    }
    const runId = `example_${at}`;
    const call = async (tool: string, args: JsonObject): Promise<toolspb.ToolResult> => {
      const request = create(toolspb.CallToolRequestSchema, {
        caller,
        runId,
        actionId: tool,
        idempotencyKey: `${runId}:${tool}`,
        attempt: 1,
        tool,
        arguments: args,
        mounts: create(commonpb.MountsSchema, { workspace, inputs: [] }),
      });
      for await (const { event } of tools.callTool(request)) if (event.case === 'result') return event.value;
      throw new HoldfastError('INTERNAL', 'A call ended without a result.');
    };
    told.push({ name: example.name, why: await tryOne(example, name, call) });
    await tools.releaseRun(create(toolspb.ReleaseRunRequestSchema, { caller, runId }));
  }
  return told;
}

async function tryOne(
  example: SkillExample,
  skill: string,
  call: (tool: string, args: JsonObject) => Promise<toolspb.ToolResult>,
): Promise<string> {
  if ('tool' in example) {
    const result = await call(example.tool, example.args);
    const { message } = result.value ?? {};
    if (example.fails !== undefined) {
      return result.code === example.fails ? '' : `it does not fail with ${example.fails}, but: ${result.code || 'ok'}`;
    }
    if (!result.ok) return `${result.code}: ${typeof message === 'string' ? message : ''}`;
    return differs(example.expect ?? {}, result.value ?? {}) ?? '';
  }
  const used = await call('use_skill', { name: skill });
  const folder = used.value?.['folder'];
  if (typeof folder !== 'string') return `use_skill fails: ${used.code}`;
  const { value = {} } = await call('run_example', { argv: example.run, cwd: folder });
  if (value['exit'] !== example.exit) {
    return `it exits with ${JSON.stringify(value['exit'])}, not ${example.exit}: ${JSON.stringify(value['stderr'])}`;
  }
  return example.stdout === undefined ? '' : (differs(example.stdout, value['stdout'], 'stdout') ?? '');
}

function moduleOf(version: SkillVersion): (tool: SkillVersion['tools'][number]) => ToolModule {
  return ({ parameters, ...tool }) => ({
    ...tool,
    input: jsonSchemaInput(parameters as JsonObject),
    run: (args, context) => version.call(tool.name, args as JsonObject, context),
  });
}

/** Runs a program of an example, as an agent would. */
const runTool = defineTool({
  name: 'run_example',
  description: 'Runs a program.',
  parameters: z.strictObject({ argv: z.array(z.string()), cwd: z.string() }),
  effect: 'write',
  approval: 'none',
  timeoutMs: 60_000,
  async run({ argv, cwd }, context) {
    const said = { stdout: '', stderr: '' };
    let exit = -1;
    for await (const { event } of context.exec(argv, { cwd })) {
      if (event.case === 'exited') exit = event.value.exitCode;
      else said[event.case] += Buffer.from(event.value).toString('utf8');
    }
    return { ok: true, value: { exit, ...said } };
  },
});

const noPdf = {
  print: () => Promise.reject(new HoldfastError('UNAVAILABLE', 'Nothing is printed here.')),
};
