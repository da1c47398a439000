import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';

import type { JsonObject, JsonValue } from '@holdfast/protocol';

import { absolutePath, type Environment } from '../../config/paths.ts';
import type { AgentView, RunView } from '../http/api.ts';
import { EXIT, UsageError } from '../exit-code.ts';
import type { Cli } from '../io.ts';
import { follow } from './follow.ts';

/** What `holdfast run` takes. */
export interface RunOptions {
  readonly input?: readonly string[];
  readonly param?: readonly string[];
  readonly tag?: readonly string[];
  readonly follow?: boolean;
  readonly limitTime?: string;
  readonly limitSteps?: string;
  readonly limitTokens?: string;
  readonly limitCost?: string;
}

/** `holdfast run AGENT|PLAYBOOK [TASK]`: creates a run, and with --follow shows it to its end. */
export async function runCommand(
  cli: Cli,
  agent: string,
  task: string | undefined,
  options: RunOptions,
): Promise<number> {
  const inputs = (options.input ?? []).map((text) => readInput(cli, text));
  const limits = readLimits(cli, options);
  const given = (options.param ?? []).map((text) => readPair(cli, text, '--param'));
  const known = await parametersOf(cli, agent);
  const parameters = Object.fromEntries(given.map(([key, text]) => [key, readParameter(text, known?.[key], cli.io)]));
  const run = await cli.client.request<RunView>('POST', '/runs', {
    headers: { 'idempotency-key': randomUUID() },
    body: {
      agent,
      task: takesPath(known) && task !== undefined ? pathOfTask(task, cli.io) : (task ?? ''),
      inputs,
      parameters,
      limits,
      tags: options.tag ?? [],
    },
  });
  if (options.follow) {
    cli.note(cli.say('run.created', { id: run.id }));
    return follow(cli, run.id);
  }
  cli.result(run);
  cli.print(run.id);
  cli.note(cli.say('run.howToWatch', { id: run.id }));
  return EXIT.OK;
}

type ParameterSchemas = Readonly<Record<string, JsonObject>>;

/** The parameters of a playbook by name; undefined for an agent, whose task is free text. */
async function parametersOf(cli: Cli, agent: string): Promise<ParameterSchemas | undefined> {
  const { agents } = await cli.client.request<{ agents: readonly AgentView[] }>('GET', '/agents');
  const found = agents.find((one) => one.name === agent);
  if (!found?.playbook) return undefined;
  const properties = found.parameters?.['properties'];
  return (typeof properties === 'object' && properties !== null ? properties : {}) as ParameterSchemas;
}

/** The value of a parameter as the playbook's schema wants it. */
function readParameter(text: string, schema: JsonObject | undefined, from: Place): JsonValue {
  const type = schema?.['type'];
  if (schema?.['format'] === 'host-path') return absolutePath(text, from.cwd, from.env);
  if (type === undefined || type === 'string') return text;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    // The server says what the parameter wants; a guess of ours would only blur it.
    return text;
  }
}

/** Where a relative path and `~` begin. */
interface Place {
  readonly cwd: string;
  readonly env: Environment;
}

function takesPath(parameters: ParameterSchemas | undefined): boolean {
  return Object.values(parameters ?? {}).some((schema) => schema['format'] === 'host-path');
}

/** A path becomes absolute, for the server has another current folder; what can only be words stays as it is. */
function pathOfTask(text: string, from: Place): string {
  if (text === '') return text;
  const path = absolutePath(text, from.cwd, from.env);
  const isPath = /^(?:~|\.{1,2})?\/|^[\w.@+-]+(?:\/[\w.@+-]+)*\/?$|^(?:~|\.{1,2})$/.test(text);
  return isPath || existsSync(path) ? path : text;
}

function readInput(cli: Cli, text: string): { name?: string; path: string } {
  // The name is short and plain; a path may hold "=" itself.
  const match = /^([A-Za-z0-9._-]+)=(.+)$/s.exec(text);
  const path = absolutePath(match?.[2] ?? text, cli.io.cwd, cli.io.env);
  if (!existsSync(path)) throw new UsageError(cli.say('usage.noInput', { path }));
  return match?.[1] === undefined ? { path } : { name: match[1], path };
}

function readPair(cli: Cli, text: string, flag: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(cli.say('usage.pair', { flag, text }));
  return [text.slice(0, at), text.slice(at + 1)];
}

function readLimits(cli: Cli, options: RunOptions): Record<string, number> {
  const limits: Record<string, number> = {};
  if (options.limitTime !== undefined) {
    const ms = readDuration(options.limitTime);
    if (ms === undefined) throw new UsageError(cli.say('usage.duration', { text: options.limitTime }));
    limits['wall_ms'] = ms;
  }
  const numbers = { steps: options.limitSteps, tokens: options.limitTokens, cost_usd: options.limitCost };
  for (const [key, text] of Object.entries(numbers)) {
    if (text === undefined) continue;
    const value = Number(text);
    if (!(value > 0) || (key !== 'cost_usd' && !Number.isInteger(value))) {
      throw new UsageError(cli.say('usage.number', { flag: `--limit-${key.replace('_usd', '')}`, text }));
    }
    limits[key] = value;
  }
  return limits;
}

/** Milliseconds of 90s, 10m, 2h, or of plain seconds. */
export function readDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  if (!match) return undefined;
  const unit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[match[2] ?? 's'] ?? 1000;
  const ms = Math.round(Number(match[1]) * unit);
  return ms > 0 ? ms : undefined;
}
