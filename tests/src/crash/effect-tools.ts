import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';

import { commonpb, create, type JsonObject, type ToolsApi, toolspb } from '@holdfast/protocol';

import { noHistory } from '../support/no-history.ts';

/** One time that an effect took place, as the outside world saw it. */
export interface LedgerLine {
  readonly key: string;
  readonly tool: string;
  readonly pid: number;
}

/** The world that the effects change: a file that survives every kill, one line per effect. */
export class Ledger {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Makes the effect happen: durable when it returns. */
  add(line: LedgerLine): void {
    const fd = openSync(this.#path, 'a');
    try {
      writeSync(fd, `${JSON.stringify(line)}\n`);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  }

  read(): LedgerLine[] {
    if (!existsSync(this.#path)) return [];
    return readFileSync(this.#path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as LedgerLine);
  }
}

const TOOLS: Record<string, { effect: commonpb.Effect; reconcilable: boolean }> = {
  effect_read: { effect: commonpb.Effect.READ, reconcilable: false },
  effect_idempotent: { effect: commonpb.Effect.IDEMPOTENT, reconcilable: false },
  effect_write: { effect: commonpb.Effect.WRITE, reconcilable: false },
  effect_reconcilable: { effect: commonpb.Effect.WRITE, reconcilable: true },
};

/** Tools whose effects are lines of a ledger. The effect takes place, then there is progress, then the result. */
export function effectTools(ledger: Ledger): ToolsApi {
  const describe = (name: string) => TOOLS[name] ?? { effect: commonpb.Effect.UNSPECIFIED, reconcilable: false };
  const result = (value: JsonObject) => create(toolspb.ToolResultSchema, { ok: true, value });
  return {
    async listTools() {
      const tools = Object.entries(TOOLS).map(([name, { effect, reconcilable }]) =>
        create(toolspb.ToolSchema, { name, description: name, parameters: { type: 'object' }, effect, reconcilable }),
      );
      return create(toolspb.ListToolsResponseSchema, { tools });
    },
    async prepareCall({ tool }) {
      const { effect, reconcilable } = describe(tool);
      return create(toolspb.PrepareCallResponseSchema, { effect, reconcilable, approval: toolspb.Approval.NONE });
    },
    async *callTool({ tool, idempotencyKey, arguments: args }) {
      const delay = Number(args?.['delay_ms'] ?? 0);
      if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
      ledger.add({ key: idempotencyKey, tool, pid: process.pid });
      const progress = create(toolspb.ProgressSchema, { fraction: 0.5, message: 'half way' });
      yield create(toolspb.CallToolResponseSchema, { event: { case: 'progress', value: progress } });
      yield create(toolspb.CallToolResponseSchema, {
        event: { case: 'result', value: result({ key: idempotencyKey }) },
      });
    },
    async reconcile({ idempotencyKey }) {
      const done = ledger.read().some((line) => line.key === idempotencyKey);
      return create(toolspb.ReconcileResponseSchema, {
        verdict: done ? toolspb.Reconciliation.DONE : toolspb.Reconciliation.NOT_DONE,
        ...(done ? { result: result({ key: idempotencyKey }) } : {}),
      });
    },
    async releaseRun() {
      return create(toolspb.ReleaseRunResponseSchema);
    },
    ...noHistory,
  };
}
