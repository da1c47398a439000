import { setTimeout as wait } from 'node:timers/promises';

/** A message of JSON-RPC, as far as the scripted server looks at it. */
export interface Message {
  readonly jsonrpc: '2.0';
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: {
    readonly name?: string;
    readonly arguments?: Record<string, unknown>;
    readonly _meta?: { readonly progressToken?: number | string };
    readonly requestId?: number | string;
    readonly uri?: string;
  };
}

/** How the server speaks: a line on stdout, an event, or an answer. */
export type Send = (message: object) => void;

const OBJECT = { type: 'object' } as const;
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** A real MCP server of the 2025 protocol whose tools misbehave on demand. For tests only. */
export class ScriptedServer {
  /** What `echo` says its description is; `change` sets it. */
  description: string;
  readonly cancelled: (number | string)[] = [];
  readonly #extraTools: object[];
  readonly #raw: (text: string) => void;

  constructor(options: { description?: string; extraTools?: object[]; raw?: (text: string) => void } = {}) {
    this.description = options.description ?? 'Says it again.';
    this.#extraTools = options.extraTools ?? [];
    this.#raw = options.raw ?? (() => undefined);
  }

  /** Answers one message. */
  async take(message: Message, send: Send): Promise<void> {
    const { id, method, params } = message;
    const answer = (result: object): void => send({ jsonrpc: '2.0', id, result });
    switch (method) {
      case 'initialize':
        answer({
          protocolVersion: '2025-11-25',
          capabilities: { tools: { listChanged: true }, resources: {} },
          serverInfo: { name: 'scripted', version: '1.0.0' },
        });
        return;
      case 'ping':
        answer({});
        return;
      case 'tools/list':
        answer({ tools: this.#tools() });
        return;
      case 'resources/list':
        answer({ resources: [{ uri: 'test://note', name: 'note', mimeType: 'text/plain' }] });
        return;
      case 'resources/read':
        answer({ contents: [{ uri: params?.uri, mimeType: 'text/plain', text: `content of ${params?.uri}` }] });
        return;
      case 'tools/call':
        await this.#call(message, send, answer);
        return;
      case 'notifications/cancelled':
        if (params?.requestId !== undefined) this.cancelled.push(params.requestId);
        return;
      case undefined:
      default:
        if (id !== undefined) send({ jsonrpc: '2.0', id, error: { code: -32_601, message: 'Method not found' } });
    }
  }

  #tools(): object[] {
    const number = (name: string): object => ({
      ...OBJECT,
      properties: { [name]: { type: 'number' } },
      required: [name],
    });
    const plain = (name: string): object => ({ name, description: name, inputSchema: OBJECT });
    return [
      {
        name: 'echo',
        description: this.description,
        inputSchema: { ...OBJECT, properties: { text: { type: 'string' } }, required: ['text'] },
        annotations: { readOnlyHint: true },
      },
      { name: 'slow', description: 'Answers late.', inputSchema: number('ms'), annotations: { idempotentHint: true } },
      { name: 'big', description: 'Answers much.', inputSchema: number('bytes') },
      { name: 'structured', description: 'Structured.', inputSchema: OBJECT, annotations: { destructiveHint: false } },
      ...[
        'mute',
        'progress',
        'fail',
        'internal',
        'invalid',
        'image',
        'garbage',
        'flood',
        'change',
        'crash',
        'pid',
        'meta',
      ].map(plain),
      ...this.#extraTools,
    ];
  }

  async #call({ id, params }: Message, send: Send, answer: (result: object) => void): Promise<void> {
    const text = (value: string): void => answer({ content: [{ type: 'text', text: value }] });
    const args = params?.arguments ?? {};
    switch (params?.name) {
      case 'echo':
        text(String(args['text']));
        return;
      case 'slow':
        await wait(Number(args['ms']));
        text(this.cancelled.includes(id ?? '') ? 'cancelled' : 'late');
        return;
      case 'big':
        text('x'.repeat(Number(args['bytes'])));
        return;
      case 'mute':
        return;
      case 'structured':
        answer({ content: [{ type: 'text', text: '{"n":1}' }], structuredContent: { n: 1 } });
        return;
      case 'progress':
        for (const progress of [1, 2, 3]) {
          const progressToken = params._meta?.progressToken;
          send({
            jsonrpc: '2.0',
            method: 'notifications/progress',
            params: { progressToken, progress, total: 3, message: `step ${progress}` },
          });
          await wait(20);
        }
        text('done');
        return;
      case 'fail':
        answer({ content: [{ type: 'text', text: 'It is full.' }], isError: true });
        return;
      case 'internal':
        send({ jsonrpc: '2.0', id, error: { code: -32_603, message: 'Broken inside' } });
        return;
      case 'invalid':
        send({ jsonrpc: '2.0', id, error: { code: -32_602, message: 'These arguments do not fit' } });
        return;
      case 'image':
        answer({
          content: [
            { type: 'text', text: 'A picture.' },
            { type: 'image', data: PIXEL, mimeType: 'image/png' },
            { type: 'resource', resource: { uri: 'test://blob', mimeType: 'application/pdf', blob: 'AAEC' } },
            { type: 'resource_link', uri: 'test://link', name: 'link' },
          ],
        });
        return;
      case 'garbage':
        this.#raw('this is no json\n{"neither":"is this"}\n');
        text('after garbage');
        return;
      case 'flood':
        for (let n = 0; n < 20_000; n += 1) {
          send({
            jsonrpc: '2.0',
            method: n % 2 ? 'notifications/tools/list_changed' : 'notifications/message',
            params: n % 2 ? {} : { level: 'info', data: n },
          });
        }
        text('flooded');
        return;
      case 'change':
        this.description = `Changed: ${this.description}`;
        send({ jsonrpc: '2.0', method: 'notifications/tools/list_changed', params: {} });
        text('changed');
        return;
      case 'crash':
        process.exit(3);
        return;
      case 'pid':
        text(String(process.pid));
        return;
      case 'meta':
        text(JSON.stringify(params._meta ?? {}));
        return;
      case undefined:
      default:
        send({ jsonrpc: '2.0', id, error: { code: -32_602, message: 'There is no such tool' } });
    }
  }
}
