import { afterEach, describe, expect, it } from 'vitest';

import { createMetrics, type Metrics } from './metrics.ts';
import { type MetricsServer, serveMetrics } from './serve-metrics.ts';

const open: { metrics: Metrics; server: MetricsServer }[] = [];

async function serve(port = 0) {
  const metrics = createMetrics();
  const server = await serveMetrics({ host: '127.0.0.1', port, metrics, problem: () => undefined });
  open.push({ metrics, server });
  return { metrics, server, url: `http://127.0.0.1:${server.port}` };
}

afterEach(async () => {
  for (const { metrics, server } of open.splice(0)) {
    metrics.close();
    await server.close();
  }
});

/** The families of a page, by name. */
function families(page: string): Map<string, string> {
  return new Map(
    page
      .split('\n')
      .filter((line) => line.startsWith('# TYPE '))
      .map((line) => line.slice(7).split(' ') as [string, string]),
  );
}

describe('metrics (AG-3)', () => {
  it('serves the four families under exactly their names and types', async () => {
    const { metrics, url } = await serve();
    metrics.responded('a', 0.2);
    metrics.taskEnded('a', 'succeeded');
    metrics.tokens('openai/m', 'input', 12);
    metrics.tokens('openai/m', 'input', 3);
    metrics.tokens('openai/m', 'output', 5);
    const response = await fetch(`${url}/metrics`);
    const page = await response.text();
    expect(response.headers.get('content-type')).toContain('text/plain');
    const types = families(page);
    expect(types.get('agent_response_latency')).toBe('histogram');
    expect(types.get('agent_memory_usage')).toBe('gauge');
    expect(types.get('agent_task_success_rate')).toBe('counter');
    expect(types.get('agent_token_usage')).toBe('counter');
    expect([...types.keys()].filter((name) => !name.startsWith('holdfast_'))).toHaveLength(4);
    expect(page).toContain('agent_token_usage{model="openai/m",direction="input"} 15\n');
    expect(page).toContain('agent_token_usage{model="openai/m",direction="output"} 5\n');
    expect(page).toContain('agent_task_success_rate{agent="a",outcome="succeeded"} 1\n');
    expect(page).toContain('agent_response_latency_count{agent="a"} 1\n');
    expect(Number(/^agent_memory_usage (\d+)$/m.exec(page)?.[1])).toBeGreaterThan(1e6);
  });

  it('reads figures when asked, and keeps what it knows of itself', async () => {
    const { metrics, url } = await serve();
    let active = 1;
    metrics.gauge('holdfast_runs_active', 'Runs.', () => active);
    metrics.acted('tool', 'ok', 0.01);
    metrics.recovered();
    metrics.toolCalled({ tool: 'mcp__shop__buy', outcome: 'ok', usd: 0.25 });
    metrics.toolCalled({ tool: 'mcp__shop__buy', outcome: 'RATE_LIMITED', usd: 0 });
    active = 7;
    const page = await (await fetch(`${url}/metrics`)).text();
    expect(page).toContain('holdfast_runs_active 7\n');
    expect(page).toContain('holdfast_run_recoveries 1\n');
    expect(page).toContain('holdfast_tool_calls_total{tool="mcp__shop__buy",outcome="RATE_LIMITED"} 1\n');
    expect(page).toContain('holdfast_tool_cost_usd_total{tool="mcp__shop__buy"} 0.25\n');
    expect(page).toContain('holdfast_event_loop_delay_seconds{quantile="0.99"}');
    expect(page).not.toContain('NaN');
  });

  it('has nothing global: two in one process do not meet', async () => {
    const first = await serve();
    const second = await serve();
    first.metrics.taskEnded('only-first', 'failed');
    expect(await (await fetch(`${second.url}/metrics`)).text()).not.toContain('only-first');
  });

  it('serves nothing else', async () => {
    const { url } = await serve();
    expect((await fetch(`${url}/`)).status).toBe(404);
    expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(405);
  });

  it('names the key to change when the port is taken', async () => {
    const { server } = await serve();
    await expect(serve(server.port)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('telemetry.metrics.port') as string,
    });
  });
});
