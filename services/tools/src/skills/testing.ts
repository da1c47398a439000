import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import {
  commonpb,
  create,
  type JsonObject,
  type MemoryApi,
  type SandboxApi,
  toolspb,
  type ToolsApi,
} from '@holdfast/protocol';
import { type Logger, silentLogger, systemClock } from '@holdfast/telemetry';

import { createPdfPrinter } from '../browser/print-pdf.ts';
import { ToolsConfigSchema } from '../config.ts';
import { createToolsService } from '../service.ts';
import { SkillsConfigSchema } from './config.ts';
import { createSkills } from './create.ts';
import type { SkillProvider } from './providers/provider.ts';
import type { SkillSource } from './source.ts';
import type { SkillStatus } from './status.ts';

/** How {@link openSkills} is to be set up. */
export interface SkillsSetup {
  readonly sandbox: SandboxApi;
  readonly config?: JsonObject;
  readonly logger?: Logger;
  readonly env?: Readonly<Record<string, string>>;
  readonly providers?: ReadonlyMap<string, SkillProvider>;
  readonly memory?: MemoryApi;
  readonly dirs?: readonly string[];
}

/** Skills in a temporary folder, behind a real tools service: for tests. */
export interface TestSkills {
  readonly source: SkillSource;
  readonly tools: ToolsApi;
  /** Where skills are put. */
  readonly dir: string;
  /** The workspace of the run that calls. */
  readonly workspace: string;
  readonly cache: string;
  /** Writes files of a skill. */
  put(name: string, files: Readonly<Record<string, string>>): Promise<void>;
  status(name: string): SkillStatus | undefined;
  /** Waits for a state of a skill; left out: for the end of its loading. */
  until(name: string, is?: (status: SkillStatus | undefined) => boolean): Promise<void>;
  call(
    tool: string,
    args: JsonObject,
    options?: { signal?: AbortSignal; tenant?: string; runId?: string },
  ): Promise<{ ok: boolean; code: string; value: JsonObject; artifacts: readonly string[]; progress: number }>;
  close(): Promise<void>;
}

/** Opens it. Nothing is loaded before a skill is put there. */
export async function openSkills(setup: SkillsSetup): Promise<TestSkills> {
  const root = await mkdtemp(join(tmpdir(), 'holdfast-skills-'));
  const [dir, workspace, cache] = [join(root, 'skills'), join(root, 'workspace'), join(root, 'skills-cache')];
  await mkdir(dir);
  await mkdir(workspace);
  const logger = setup.logger ?? silentLogger();
  let ids = 0;
  const source = createSkills({
    sandbox: setup.sandbox,
    config: SkillsConfigSchema.parse({ dirs: [dir, ...(setup.dirs ?? [])], ...setup.config }),
    logger,
    env: setup.env ?? {},
    dataDir: root,
    dirs: [],
    reserved: new Set(['bash']),
    newId: () => String(++ids),
    ...(setup.providers ? { providers: setup.providers } : {}),
    ...(setup.memory ? { memory: setup.memory } : {}),
  });
  const tools = createToolsService({
    sandbox: setup.sandbox,
    config: ToolsConfigSchema.parse({}),
    clock: systemClock,
    logger,
    pdf: createPdfPrinter({ executable: undefined, path: '' }),
    sources: [source],
  });
  await source.start();
  const status: TestSkills['status'] = (name) => source.status().find((one) => one.name === name);
  let actions = 0;
  return {
    source,
    tools,
    dir,
    workspace,
    cache,
    status,
    async put(name, files) {
      // A new one comes as a whole: half of it would be another version.
      const there = await readdir(join(dir, name)).catch(() => undefined);
      const into = there ? join(dir, name) : join(root, 'coming', name);
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(into, path)), { recursive: true });
        await writeFile(join(into, path), content);
      }
      if (!there) await rename(into, join(dir, name));
    },
    async until(name, is = (one) => one !== undefined && one.state !== 'loading') {
      while (!is(status(name))) {
        await new Promise<void>((resolve) => {
          setTimeout(resolve, 10);
        });
      }
    },
    async call(tool, args, { signal, tenant = 'default', runId = 'run_1' } = {}) {
      const actionId = `a${++actions}`;
      const request = create(toolspb.CallToolRequestSchema, {
        caller: create(commonpb.CallerSchema, { tenant, subject: 'ada' }),
        runId,
        actionId,
        idempotencyKey: `${runId}:${actionId}`,
        attempt: 1,
        tool,
        arguments: args,
        mounts: create(commonpb.MountsSchema, { workspace, inputs: [] }),
      });
      let progress = 0;
      for await (const { event } of tools.callTool(request, signal ? { signal } : {})) {
        if (event.case === 'progress') progress += 1;
        if (event.case !== 'result') continue;
        const { ok, code, value = {}, artifacts } = event.value;
        return { ok, code, value, artifacts, progress };
      }
      throw new Error('The call ended without a result.');
    },
    async close() {
      await tools.releaseRun(create(toolspb.ReleaseRunRequestSchema, { runId: 'run_1' }));
      await source.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** A SKILL.md. */
export function skillText(name: string, body = 'Do it.'): string {
  return `---\nname: ${name}\ndescription: A skill for tests, named ${name}.\n---\n${body}\n`;
}
