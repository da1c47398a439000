import { access, constants, stat } from 'node:fs/promises';
import { basename, isAbsolute } from 'node:path';

import { type commonpb, HoldfastError, type JsonObject } from '@holdfast/protocol';

import type { InputRef, Limits } from '../journal/record.ts';
import type { Catalog } from './catalog.ts';

/** An agent or playbook with what a run of it begins with. */
export interface ResolvedAgent {
  readonly agent: string;
  readonly playbook: boolean;
  readonly instructions: string;
  /** In the order of fallback; empty: the default chain. */
  readonly models: readonly string[];
  readonly parameters: JsonObject;
  /** Parameters that are paths on the host. */
  readonly hostPaths: readonly string[];
  readonly limits: Limits;
  readonly onUnknown: 'ask' | 'tell';
}

const MAX_TASK_CHARS = 1_000_000;

/**
 * Finds the agent and checks the task against it.
 *
 * @throws HoldfastError NOT_FOUND, INVALID_ARGUMENT, TOO_LARGE or TASK_UNSUPPORTED.
 */
export function resolveAgent(catalog: Catalog, name: string, task: string, parameters: JsonObject): ResolvedAgent {
  if (task.length > MAX_TASK_CHARS) {
    throw new HoldfastError(
      'TOO_LARGE',
      `The task has ${task.length} characters; at most ${MAX_TASK_CHARS} are taken. Give large material as an input file.`,
    );
  }
  const entry = catalog.get(name);
  if (entry.kind === 'playbook') {
    const { playbook } = entry;
    return {
      agent: playbook.name,
      playbook: true,
      instructions: '',
      models: [`playbook/${playbook.name}`],
      parameters: playbook.resolve(task, parameters),
      hostPaths: playbook.hostPaths,
      limits: {},
      onUnknown: 'tell',
    };
  }
  if (task.trim() === '') throw new HoldfastError('INVALID_ARGUMENT', `The task is empty: say what ${name} is to do.`);
  const { definition } = entry;
  const { limits } = definition;
  return {
    agent: definition.name,
    playbook: false,
    instructions: definition.instructions,
    models: definition.models,
    parameters,
    hostPaths: [],
    limits: { wallMs: limits.wall_ms, steps: limits.steps, tokens: limits.tokens, costUsd: limits.cost_usd },
    onUnknown: definition.on_unknown,
  };
}

/**
 * Checks what the user names as input, and puts the place in the sandbox where a playbook's parameter had the place on
 * the host.
 *
 * @throws HoldfastError INVALID_ARGUMENT for a path that is not absolute, not there, or named twice.
 */
export async function resolveInputs(
  agent: ResolvedAgent,
  given: readonly commonpb.Input[],
): Promise<{ inputs: InputRef[]; parameters: JsonObject }> {
  const parameters = { ...agent.parameters };
  const inputs: InputRef[] = given.map(({ name, path }) => ({ name: name === '' ? inputName(path) : name, path }));
  for (const name of agent.hostPaths) {
    const path = parameters[name];
    if (typeof path !== 'string' || path === '') continue;
    inputs.push({ name, path });
    parameters[name] = `/input/${name}`;
    parameters[`${name}_host`] = path;
  }
  const names = new Set<string>();
  for (const input of inputs) {
    if (names.has(input.name)) throw new HoldfastError('INVALID_ARGUMENT', `Two inputs are named "${input.name}".`);
    names.add(input.name);
    await checkInput(input);
  }
  return { inputs, parameters };
}

async function checkInput({ name, path }: InputRef): Promise<void> {
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._ -]{0,99}$/u.test(name)) {
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      `"${name}" cannot be the name of an input: use letters, digits, ., _ and -.`,
    );
  }
  if (!isAbsolute(path)) {
    throw new HoldfastError('INVALID_ARGUMENT', `The input "${path}" is not an absolute path.`);
  }
  try {
    await stat(path);
    await access(path, constants.R_OK);
  } catch (cause) {
    throw new HoldfastError('INVALID_ARGUMENT', `The input ${path} is not there, or may not be read by the platform.`, {
      cause,
    });
  }
}

function inputName(path: string): string {
  return basename(path).replaceAll(/[^\p{L}\p{N}._ -]/gu, '_') || 'input';
}
