import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import type { RunEvent, RunView } from '../http/api.ts';

/** One request that the server got. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

/** What the server answers; undefined: 404. A function may take the response over itself by returning nothing. */
export type Routes = Readonly<Record<string, (seen: Seen, response: ServerResponse) => unknown>>;

/** A small real server that speaks the REST shapes. Keys of routes: `GET /runs/r1`. */
export interface RestServer {
  readonly url: string;
  readonly seen: readonly Seen[];
  readonly close: () => Promise<void>;
}

/** Listens on loopback; `port` 0 takes any. */
export async function startRestServer(routes: Routes, port = 0): Promise<RestServer> {
  const seen: Seen[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://x');
    const raw = await text(request);
    const one: Seen = {
      method: request.method ?? '',
      path: url.pathname.replace('/api/v1', ''),
      query: url.searchParams,
      headers: request.headers,
      body: raw === '' ? undefined : (JSON.parse(raw) as unknown),
    };
    seen.push(one);
    const route = routes[`${one.method} ${one.path}`];
    const value: unknown = route ? await route(one, response) : undefined;
    if (response.headersSent || (route && value === undefined)) return;
    if (value === undefined) sendError(response, 404, 'NOT_FOUND', `There is no ${one.path}.`);
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers with a documented error. */
export function sendError(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { code, message } }));
}

/** Opens an event stream and writes events to it. */
export function sendEvents(response: ServerResponse, events: readonly RunEvent[]): void {
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const { id, type, data } of events) {
    response.write(`id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
  }
}

/** A run as the API shows it. */
export function runView(changes: Partial<RunView> = {}): RunView {
  return {
    id: 'run_1',
    agent: 'assistant',
    playbook: false,
    task: 'do it',
    status: 'running',
    created_at: '2026-11-24T02:00:00.000Z',
    started_at: null,
    ended_at: null,
    seq: 5,
    steps: 2,
    recoveries: 0,
    output: '',
    error: null,
    questions: [],
    artifacts: [],
    tags: [],
    isolation: 'process (bubblewrap)',
    workspace: '/data/runs/run_1',
    ...changes,
  };
}

/** A short complete run, event by event. */
export const FULL_RUN: readonly RunEvent[] = [
  {
    id: '1-1',
    type: 'run.started',
    data: { at: '2026-11-24T02:00:01.000Z', worker: 'w', isolation: 'process (bubblewrap)' },
  },
  { id: '1-2', type: 'action.intent', data: { action_id: 'm1', kind: 'model', name: 'openai/m', attempt: 1 } },
  {
    id: '1-3',
    type: 'action.outcome',
    data: {
      action_id: 'm1',
      kind: 'model',
      name: 'openai/m',
      outcome: 'ok',
      attempt: 1,
      input_tokens: 9,
      output_tokens: 2,
    },
  },
  {
    id: '1-4',
    type: 'action.intent',
    data: { action_id: 't1.0', kind: 'tool', name: 'bash', attempt: 1, arguments: { command: 'ls -l' } },
  },
  {
    id: '1-5',
    type: 'tool.output',
    data: { action_id: 't1.0', stream: 'stdout', text: 'file\u001b[2J\u001b]0;evil\u0007\n' },
  },
  {
    id: '1-6',
    type: 'action.outcome',
    data: { action_id: 't1.0', kind: 'tool', name: 'bash', outcome: 'ok', attempt: 1, duration_ms: 120 },
  },
  { id: '1-7', type: 'model.delta', data: { action_id: 'm2', text: 'The ' } },
  { id: '1-8', type: 'model.delta', data: { action_id: 'm2', text: 'answer.' } },
  { id: '1-9', type: 'run.ended', data: { status: 'succeeded', output: 'The answer.' } },
];
