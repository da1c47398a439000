import { monitorEventLoopDelay } from 'node:perf_hooks';

import { Counter, Gauge, type GaugeConfiguration, Histogram, Registry } from 'prom-client';

/** Which way tokens went. */
export type TokenDirection = 'input' | 'output' | 'cached_input';

/** The metrics of one process, in a registry of their own. */
export interface Metrics {
  /** One answer of an agent, from its start to its end, less the time it waited for a human. Seconds. */
  responded(agent: string, seconds: number): void;
  /** One task that ended: succeeded, failed or canceled. The rate is a matter of the query. */
  taskEnded(agent: string, outcome: string): void;
  /** Tokens that a model counted. */
  tokens(model: string, direction: TokenDirection, count: number): void;
  /** One action: `kind` model, tool or question. Seconds. */
  acted(kind: string, outcome: string, seconds: number): void;
  /** One call of a tool that has ended, with what it cost, US dollars. `outcome` is ok, or the code of an error. */
  toolCalled(call: { readonly tool: string; readonly outcome: string; readonly usd: number }): void;
  /** One run that was taken up again after a crash. */
  recovered(): void;
  /** A figure that is read when somebody asks for it. The name begins with `holdfast_`. */
  gauge(name: `holdfast_${string}`, help: string, read: () => number): void;
  /** Something that is counted, by one label. The name begins with `holdfast_`. */
  counter(name: `holdfast_${string}`, help: string, label: string): (value: string, by?: number) => void;
  /** Something that is counted, by several labels. The name begins with `holdfast_`. */
  counterOf<L extends string>(
    name: `holdfast_${string}`,
    help: string,
    labels: readonly L[],
  ): (values: Readonly<Record<L, string>>, by?: number) => void;
  /** Figures of one kind that are read when somebody asks for them, by labels. The name begins with `holdfast_`. */
  gaugeOf<L extends string>(
    name: `holdfast_${string}`,
    help: string,
    labels: readonly L[],
    read: () => Iterable<{ readonly labels: Readonly<Record<L, string>>; readonly value: number }>,
  ): void;
  /** The Prometheus text format. */
  render(): Promise<{ readonly contentType: string; readonly body: string }>;
  /** Stops watching the event loop. */
  close(): void;
}

const RESPONSE_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600];
const ACTION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
const NANOSECONDS = 1e9;
const SAMPLE_MS = 10;

/** Makes the metrics (AG-3). The first four names are a promise to dashboards: they never change. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const latency = new Histogram({
    name: 'agent_response_latency',
    help: 'Seconds that an agent took to answer a task, less the time it waited for a human.',
    labelNames: ['agent'],
    buckets: RESPONSE_BUCKETS,
    registers,
  });
  const tasks = new Counter({
    name: 'agent_task_success_rate',
    help: 'Tasks that ended, by outcome: rate(succeeded) / rate(all) is the success rate.',
    labelNames: ['agent', 'outcome'],
    registers,
  });
  const tokens = new Counter({
    name: 'agent_token_usage',
    help: 'Tokens, by model and direction (input, output, cached_input; cached_input is part of input).',
    labelNames: ['model', 'direction'],
    registers,
  });
  readGauge(registers, {
    name: 'agent_memory_usage',
    help: 'Resident memory of the process that runs the agents, bytes.',
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  const actions = new Histogram({
    name: 'holdfast_action_seconds',
    help: 'Seconds from the intent to the outcome of an action.',
    labelNames: ['kind', 'outcome'],
    buckets: ACTION_BUCKETS,
    registers,
  });
  const toolCalls = new Counter({
    name: 'holdfast_tool_calls_total',
    help: 'Calls of tools that ended, by tool and outcome (ok, or the code of an error).',
    labelNames: ['tool', 'outcome'],
    registers,
  });
  const toolCost = new Counter({
    name: 'holdfast_tool_cost_usd_total',
    help: 'What calls of tools cost by tools.policy, US dollars.',
    labelNames: ['tool'],
    registers,
  });
  const recoveries = new Counter({
    name: 'holdfast_run_recoveries',
    help: 'Runs that were taken up again after their worker was lost.',
    registers,
  });
  const loop = watchEventLoop(registers);
  watchCpu(registers);
  return {
    responded: (agent, seconds) => latency.observe({ agent }, seconds),
    taskEnded: (agent, outcome) => tasks.inc({ agent, outcome }),
    tokens: (model, direction, count) => tokens.inc({ model, direction }, count),
    acted: (kind, outcome, seconds) => actions.observe({ kind, outcome }, seconds),
    toolCalled({ tool, outcome, usd }) {
      toolCalls.inc({ tool, outcome });
      if (usd > 0) toolCost.inc({ tool }, usd);
    },
    recovered: () => recoveries.inc(),
    gauge(name, help, read) {
      readGauge(registers, {
        name,
        help,
        collect() {
          this.set(read());
        },
      });
    },
    counter(name, help, label) {
      const counted = new Counter({ name, help, labelNames: [label], registers });
      return (value, by = 1) => counted.inc({ [label]: value }, by);
    },
    counterOf(name, help, labels) {
      const counted = new Counter({ name, help, labelNames: [...labels], registers });
      return (values, by = 1) => counted.inc({ ...values }, by);
    },
    gaugeOf(name, help, labels, read) {
      readGauge(registers, {
        name,
        help,
        labelNames: [...labels],
        collect() {
          this.reset();
          for (const { labels: of, value } of read()) this.set({ ...of }, value);
        },
      });
    },
    async render() {
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
    close: () => loop.close(),
  };
}

/** A gauge that is read at the moment somebody asks. */
function readGauge(registers: Registry[], options: Omit<GaugeConfiguration<string>, 'registers'>): void {
  for (const registry of registers) registry.registerMetric(new Gauge({ ...options, registers: [] }));
}

/** How late the event loop was since somebody last asked. */
function watchEventLoop(registers: Registry[]): { close(): void } {
  const delay = monitorEventLoopDelay({ resolution: SAMPLE_MS });
  delay.enable();
  readGauge(registers, {
    name: 'holdfast_event_loop_delay_seconds',
    help: 'Delay of the event loop since the last scrape, by quantile.',
    labelNames: ['quantile'],
    collect() {
      for (const [quantile, percentile] of [
        ['0.5', 50],
        ['0.99', 99],
        ['1', 100],
      ] as const) {
        // The histogram holds the time from sample to sample; what is above the interval is delay.
        const late = delay.count === 0 ? 0 : delay.percentile(percentile) / NANOSECONDS - SAMPLE_MS / 1000;
        this.set({ quantile }, Math.max(0, late));
      }
      delay.reset();
    },
  });
  return { close: () => void delay.disable() };
}

function watchCpu(registers: Registry[]): void {
  readGauge(registers, {
    name: 'holdfast_cpu_seconds',
    help: 'CPU time of this process since its start, seconds.',
    collect() {
      const { user, system } = process.cpuUsage();
      this.set((user + system) / 1e6);
    },
  });
}
