import { HoldfastError } from '@holdfast/protocol';

import { EXIT, UsageError } from '../exit-code.ts';
import type { Cli } from '../io.ts';
import { harmless, oneLine, table } from '../view/text.ts';

interface ToolView {
  readonly name: string;
  readonly description: string;
  readonly parameters: unknown;
  readonly effect: string | null;
  readonly approval: string;
  readonly timeout_ms: number;
  readonly source: string;
}

interface DryRunView {
  readonly effect: string | null;
  readonly approval: string;
  readonly timeout_ms: number;
  readonly problem: { readonly code: string; readonly message: string } | null;
  readonly cost_usd: number;
  readonly rates: readonly { tools: string; calls: number; per: string; of: string; left: number }[];
  readonly budgets: readonly { tools: string; of: string; limit_usd: number; spent_usd: number }[];
  readonly preview: object | null;
  readonly no_preview: string;
}

/** `holdfast tools list`. */
export async function toolsListCommand(cli: Cli): Promise<number> {
  return show(cli, await cli.client.request('GET', '/tools'));
}

/** `holdfast tools search QUERY`. */
export async function toolsSearchCommand(cli: Cli, query: string): Promise<number> {
  return show(cli, await cli.client.request('GET', '/tools/search', { query: { q: query } }));
}

/** `holdfast tools show NAME`. */
export async function toolsShowCommand(cli: Cli, name: string): Promise<number> {
  const { tools } = await cli.client.request<{ tools: readonly ToolView[] }>('GET', '/tools');
  const tool = tools.find((one) => one.name === name);
  if (!tool) throw new HoldfastError('NOT_FOUND', cli.say('tools.unknown', { name }));
  cli.result(tool);
  cli.print(cli.style.bold(harmless(tool.name)));
  cli.print(harmless(tool.description));
  cli.print('');
  cli.print(table(headOf(cli), [rowOf(tool)]));
  cli.print(harmless(JSON.stringify(tool.parameters, null, 2)));
  return EXIT.OK;
}

/** `holdfast tools dry-run NAME [JSON]`: says what a call would do. A call that cannot be made is exit code 1. */
export async function toolsDryRunCommand(
  cli: Cli,
  name: string,
  json: string | undefined,
  { run }: { readonly run?: string },
): Promise<number> {
  const told = await cli.client.request<DryRunView>('POST', `/tools/${encodeURIComponent(name)}/dry-run`, {
    body: { arguments: argumentsOf(cli, json), ...(run === undefined ? {} : { run_id: run }) },
  });
  cli.result(told);
  if (told.problem) cli.print(`${told.problem.code}: ${harmless(told.problem.message)}`);
  else cli.print(cli.say('tools.possible'));
  const facts = [[told.effect ?? '-', told.approval, `${told.timeout_ms} ms`, `${told.cost_usd} USD`]];
  const head = (['head.effect', 'head.approval', 'head.timeout', 'head.cost'] as const).map((key) => cli.say(key));
  cli.print(table(head, facts));
  for (const { tools, calls, per, of, left } of told.rates) {
    cli.print(cli.say('tools.rate', { tools, calls: `${calls}`, per, of, left: `${left}` }));
  }
  for (const { tools, of, limit_usd: limit, spent_usd: spent } of told.budgets) {
    cli.print(cli.say('tools.budget', { tools, of, limit: `${limit}`, spent: `${spent}` }));
  }
  cli.print(harmless(told.preview ? JSON.stringify(told.preview, null, 2) : told.no_preview));
  return told.problem ? EXIT.FAILED : EXIT.OK;
}

/** `holdfast tools usage`. */
export async function toolsUsageCommand(cli: Cli, { since }: { readonly since?: string }): Promise<number> {
  const told = await cli.client.request<{
    usage: readonly { day: string; tool: string; calls: number; failed: number; cost_usd: number }[];
    budgets: DryRunView['budgets'];
  }>('GET', '/tools/usage', { query: since === undefined ? {} : { since } });
  cli.result(told);
  const rows = told.usage.map(({ day, tool, calls, failed, cost_usd: cost }) => [
    day,
    harmless(tool),
    `${calls}`,
    `${failed}`,
    `${cost} USD`,
  ]);
  const keys = ['head.day', 'head.tool', 'head.calls', 'head.failed', 'head.cost'] as const;
  cli.print(
    rows.length === 0
      ? cli.say('tools.noUsage')
      : table(
          keys.map((key) => cli.say(key)),
          rows,
        ),
  );
  for (const { tools, of, limit_usd: limit, spent_usd: spent } of told.budgets) {
    cli.print(cli.say('tools.budget', { tools, of, limit: `${limit}`, spent: `${spent}` }));
  }
  return EXIT.OK;
}

function show(cli: Cli, answer: { readonly tools: readonly ToolView[] }): number {
  cli.result(answer);
  cli.print(answer.tools.length === 0 ? cli.say('tools.none') : table(headOf(cli), answer.tools.map(rowOf)));
  return EXIT.OK;
}

function headOf(cli: Cli): string[] {
  const keys = ['head.tool', 'head.source', 'head.effect', 'head.approval', 'head.description'] as const;
  return keys.map((key) => cli.say(key));
}

function rowOf({ name, source, effect, approval, description }: ToolView): string[] {
  return [harmless(name), source, effect ?? '-', approval, oneLine(description, 60)];
}

function argumentsOf(cli: Cli, json: string | undefined): object {
  if (json === undefined) return {};
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    value = undefined;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new UsageError(cli.say('tools.noJson'));
}
