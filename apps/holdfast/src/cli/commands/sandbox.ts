import { e2bKeyOf } from '@holdfast/gateway';
import { HoldfastError } from '@holdfast/protocol';

import { EXIT, UnreachableError } from '../exit-code.ts';
import { findTarget, type Target } from '../http/target.ts';
import type { Cli } from '../io.ts';
import { oneLine, table } from '../view/text.ts';
import { localTime } from './runs.ts';

/** Where the API for sandboxes begins, on a server's address. */
const PREFIX = '/e2b';

interface SandboxView {
  readonly sandboxID: string;
  readonly templateID: string;
  readonly state: string;
  readonly startedAt: string;
  readonly endAt: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

interface TemplateView {
  readonly templateID: string;
  readonly aliases?: readonly string[];
}

/** `holdfast sandbox env`: what points the SDKs of E2B here, for a shell to read. */
export async function sandboxEnvCommand(cli: Cli): Promise<number> {
  const { url, key } = await targetOf(cli);
  const api = `${url}${PREFIX}`;
  const values = { E2B_API_URL: api, E2B_SANDBOX_URL: api, E2B_API_KEY: e2bKeyOf(key) };
  cli.result(values);
  for (const [name, value] of Object.entries(values)) cli.print(`export ${name}=${value}`);
  cli.note(cli.say('sandbox.envHow'));
  return EXIT.OK;
}

/** `holdfast sandbox list`. */
export async function sandboxListCommand(cli: Cli): Promise<number> {
  const sandboxes = await ask<readonly SandboxView[]>(cli, 'GET', '/v2/sandboxes?limit=100');
  cli.result(sandboxes);
  if (sandboxes.length === 0) {
    cli.print(cli.say('sandbox.none'));
    return EXIT.OK;
  }
  const rows = sandboxes.map((one) => [
    one.sandboxID,
    one.templateID,
    one.state,
    localTime(one.startedAt),
    localTime(one.endAt),
    oneLine(
      Object.entries(one.metadata ?? {})
        .map(([name, value]) => `${name}=${value}`)
        .join(' '),
      40,
    ),
  ]);
  const head = (
    ['head.sandbox', 'head.template', 'head.status', 'head.created', 'head.ends', 'head.metadata'] as const
  ).map((key) => cli.say(key));
  cli.print(table(head, rows));
  return EXIT.OK;
}

/** `holdfast sandbox kill ID`. */
export async function sandboxKillCommand(cli: Cli, id: string): Promise<number> {
  await ask(cli, 'DELETE', `/sandboxes/${encodeURIComponent(id)}`);
  cli.result({ id, killed: true });
  cli.print(cli.say('sandbox.killed', { id }));
  return EXIT.OK;
}

/** `holdfast sandbox templates`. */
export async function sandboxTemplatesCommand(cli: Cli): Promise<number> {
  const templates = await ask<readonly TemplateView[]>(cli, 'GET', '/templates');
  cli.result(templates);
  const rows = templates.map(({ templateID, aliases }) => [templateID, (aliases ?? []).join(' ')]);
  cli.print(table([cli.say('head.template'), cli.say('head.names')], rows));
  return EXIT.OK;
}

async function targetOf(cli: Cli): Promise<Target> {
  const target = await findTarget(cli.target);
  if (target) return target;
  throw new UnreachableError(cli.say('client.noServer'));
}

async function ask<T>(cli: Cli, method: 'GET' | 'DELETE', path: string): Promise<T> {
  const { url, key } = await targetOf(cli);
  let response: Response;
  try {
    response = await fetch(`${url}${PREFIX}${path}`, { method, headers: { 'x-api-key': key } });
  } catch (error) {
    throw new UnreachableError(cli.say('client.unreachable', { url, why: HoldfastError.from(error).message }));
  }
  if (response.status === 204) return undefined as T;
  const body = (await response.json()) as unknown;
  if (response.ok) return body as T;
  const message = (body as { message?: unknown }).message;
  const code = { 401: 'UNAUTHENTICATED', 404: 'NOT_FOUND' } as const;
  throw new HoldfastError(
    code[response.status as keyof typeof code] ?? 'UNAVAILABLE',
    typeof message === 'string' ? message : `${url} answered ${response.status}.`,
  );
}
