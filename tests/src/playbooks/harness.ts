import { randomUUID } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { type AssistantPart, type Message, parsePlaybook, playbookModel, resolveTask } from '@holdfast/models';
import { commonpb, create, HoldfastError, type JsonObject, sandboxpb, toolspb } from '@holdfast/protocol';
import { silentLogger, systemClock } from '@holdfast/telemetry';
import { createPdfPrinter, createToolsService, ToolsConfigSchema } from '@holdfast/tools';

import { openSandboxService } from '../support/sandbox-service.ts';

const FOLDER = fileURLToPath(new URL('../../../playbooks/', import.meta.url));

/** How a playbook ended. */
export interface Finished {
  /** The answer, or empty where it failed. */
  readonly answer: string;
  /** Why it failed, or empty. */
  readonly failure: string;
  /** What lies in /workspace/report.md; undefined where it is not there. */
  readonly report: string | undefined;
  readonly artifacts: readonly string[];
  /** The calls that were made, with their results by step. */
  readonly steps: ReadonlyMap<string, { readonly ok: boolean; readonly args: JsonObject; readonly value: JsonObject }>;
}

/** Tools over the real sandbox, without the agent service: what a playbook does is all there is to see. */
export async function openPlaybooks() {
  const sandbox = openSandboxService();
  const tools = createToolsService({
    sandbox,
    config: ToolsConfigSchema.parse({}),
    clock: systemClock,
    logger: silentLogger(),
    pdf: createPdfPrinter({ executable: undefined, path: process.env['PATH'] ?? '' }),
  });
  const { chosen, engines } = await sandbox.probe(create(sandboxpb.ProbeRequestSchema));
  return {
    tools,
    /** Why no playbook can run on this machine, or empty. */
    impossible: chosen === '' ? `no sandbox works: ${engines.map(({ verdict }) => verdict).join(' ')}` : '',
    run: (name: string, parameters: JsonObject): Promise<Finished> => runPlaybook(tools, name, parameters),
    close: () => sandbox.close(),
  };
}

/** A temporary folder that the unprivileged user of the sandbox can enter. */
export async function openFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'holdfast-playbook-'));
  await chmod(path, 0o755);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

async function runPlaybook(
  tools: ReturnType<typeof createToolsService>,
  name: string,
  given: JsonObject,
): Promise<Finished> {
  const playbook = parsePlaybook(await readFile(join(FOLDER, `${name}.md`), 'utf8'), `${name}.md`);
  const parameters: JsonObject = { ...resolveTask(playbook, '', given) };
  const inputs: commonpb.Input[] = [];
  for (const host of playbook.hostPaths) {
    const path = parameters[host];
    if (typeof path !== 'string') continue;
    inputs.push(create(commonpb.InputSchema, { name: host, path }));
    parameters[`${host}_host`] = path;
    parameters[host] = `/input/${host}`;
  }
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-workspace-'));
  const workspace = join(folder, 'workspace');
  await mkdir(workspace);
  const runId = randomUUID();
  const mounts = create(commonpb.MountsSchema, { workspace, inputs });
  const model = playbookModel(playbook);
  const messages: Message[] = [{ role: 'user', text: name }];
  const steps = new Map<string, { ok: boolean; args: JsonObject; value: JsonObject }>();
  const artifacts: string[] = [];
  const finished = async (answer: string, failure: string): Promise<Finished> => ({
    answer,
    failure,
    report: await readFile(join(workspace, 'report.md'), 'utf8').catch(() => undefined),
    artifacts,
    steps,
  });
  try {
    for (;;) {
      const parts: AssistantPart[] = [];
      const { signal } = new AbortController();
      for await (const part of model.stream({ messages, tools: [], parameters, signal })) {
        if (part.type === 'part') parts.push(part.part);
      }
      messages.push({ role: 'assistant', parts });
      const calls = parts.filter((part) => part.type === 'tool-call');
      if (calls.length === 0)
        return await finished(parts.map((part) => ('text' in part ? part.text : '')).join(''), '');
      const results = await Promise.all(
        calls.map(async (call) => {
          const request = create(toolspb.CallToolRequestSchema, {
            runId,
            actionId: call.id,
            idempotencyKey: `${runId}:${call.id}`,
            attempt: 1,
            tool: call.name,
            arguments: call.arguments,
            mounts,
          });
          for await (const { event } of tools.callTool(request)) {
            if (event.case === 'result') return { call, result: event.value };
          }
          throw new Error(`${call.id} ended without a result`);
        }),
      );
      for (const { call, result } of results) {
        const value = result.value ?? {};
        steps.set(call.id, { ok: result.ok, args: call.arguments, value });
        artifacts.push(...result.artifacts);
        messages.push({ role: 'tool', callId: call.id, name: call.name, ok: result.ok, value });
      }
    }
  } catch (error) {
    return await finished('', HoldfastError.from(error).message);
  } finally {
    await tools.releaseRun(create(toolspb.ReleaseRunRequestSchema, { runId }));
    await rm(folder, { recursive: true, force: true });
  }
}
