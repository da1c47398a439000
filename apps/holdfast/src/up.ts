import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import {
  createLogger,
  createMetrics,
  createTracer,
  type MetricsServer,
  serveMetrics,
  systemClock,
} from '@holdfast/telemetry';

import type { Cli } from './cli/io.ts';
import { type ConfigFlags, flagSettings } from './cli/commands/flags.ts';
import { EXIT } from './cli/exit-code.ts';
import { readServerFile, SERVER_FILE, type ServerFile } from './cli/http/target.ts';
import { duration } from './cli/view/text.ts';
import { compose } from './compose.ts';
import { makeDataDir } from './config/data-dir.ts';
import { type ShownConfig, shownConfig } from './config/effective.ts';
import { loadConfig } from './config/load.ts';
import { type Config, configSpec } from './config/schema.ts';
import type { Ground, House } from './house.ts';
import { VERSION } from './version.ts';

const GRACE_MS = 10_000;
/** One Ctrl-C may arrive twice: from the terminal, and handed on by npm. */
const SAME_SIGNAL_MS = 500;

/** `holdfast up`: the whole product in one process, until a signal ends it. Resolves to the exit code. */
export async function upCommand(cli: Cli, options: ConfigFlags): Promise<number> {
  const { io } = cli;
  const spec = configSpec(io.env);
  const loaded = await loadConfig(spec, {
    env: io.env,
    cwd: io.cwd,
    configPath: options.config,
    flags: flagSettings(options),
  });
  const { config } = loaded;
  await makeDataDir(config.data_dir);
  const ground = await layGround(cli, config, shownConfig(loaded, spec.schema));
  const closers: (() => Promise<void>)[] = [ground.tracing.shutdown, async () => ground.metrics.close()];
  const signals = watchSignals();
  try {
    const metrics = await openMetrics(ground);
    if (metrics) closers.unshift(metrics.close);
    const house = await compose(ground);
    closers.unshift(() => house.close(GRACE_MS));
    const url = await house.listen();
    await writeServerFile(config.data_dir, { url, pid: process.pid });
    closers.unshift(() => removeServerFile(config.data_dir));
    announce(cli, { config, house, url, metricsPort: metrics?.port });
    await signals.first;
    cli.note(cli.say('up.stopping'));
    signals.onSecond(() => {
      cli.note(cli.say('up.killed'));
      process.exit(EXIT.CANCELED);
    });
  } finally {
    for (const close of closers) {
      await close().catch((error: unknown) =>
        ground.logger.error({ err: error }, 'A part could not be closed in order.'),
      );
    }
    signals.stop();
  }
  cli.note(cli.say('up.stopped'));
  return EXIT.OK;
}

async function layGround(cli: Cli, config: Config, shown: ShownConfig): Promise<Ground> {
  const { io } = cli;
  const { log, otlp_endpoint, otlp_headers, sample_ratio } = config.telemetry;
  const text = log.format === 'text' || (log.format === 'auto' && io.stderr.isTTY);
  return {
    config,
    shown,
    env: io.env,
    clock: systemClock,
    root: rootFolder(),
    logger: createLogger({ level: log.level, format: text ? 'text' : 'json', destination: io.stderr }),
    metrics: createMetrics(),
    tracing: await createTracer({
      endpoint: otlp_endpoint || io.env['OTEL_EXPORTER_OTLP_ENDPOINT'],
      headers: otlp_headers,
      serviceName: io.env['OTEL_SERVICE_NAME'] || 'holdfast',
      serviceVersion: VERSION,
      sampleRatio: sample_ratio,
    }),
  };
}

/** The folder of the product, from its source (apps/holdfast/src) and from its bundle (apps/holdfast/dist). */
function rootFolder(): string {
  return dirname(dirname(dirname(import.meta.dirname)));
}

async function openMetrics({ config, logger, metrics }: Ground): Promise<MetricsServer | undefined> {
  const { enabled, host, port } = config.telemetry.metrics;
  if (!enabled) return undefined;
  return serveMetrics({
    host,
    port,
    metrics,
    problem: (error) => logger.error({ err: error }, 'The metrics could not be read.'),
  });
}

interface Announcement {
  readonly config: Config;
  readonly house: House;
  readonly url: string;
  readonly metricsPort: number | undefined;
}

function announce(cli: Cli, { config, house, url, metricsPort }: Announcement): void {
  const { say } = cli;
  const setup = house.setupUrl();
  cli.result({
    event: 'ready',
    version: VERSION,
    pid: process.pid,
    url,
    setup_url: setup ?? null,
    data_dir: config.data_dir,
    isolation: house.isolation,
    models: house.models,
    metrics_port: metricsPort ?? null,
  });
  cli.print(say('up.ready', { version: VERSION, took: duration(performance.now()) }));
  cli.print(say('up.url', { url }));
  if (setup) cli.print(say('up.setup', { url: setup }));
  cli.print(say('up.data', { path: config.data_dir }));
  cli.print(say('up.isolation', { engine: house.isolation || say('up.noIsolation') }));
  cli.print(say('up.models', { models: house.models.join(', ') || say('up.noModels', { how: house.connectModel }) }));
  if (metricsPort !== undefined)
    cli.print(say('up.metrics', { url: `http://${config.telemetry.metrics.host}:${metricsPort}/metrics` }));
  cli.print(say('up.try'));
}

async function writeServerFile(dataDir: string, server: ServerFile): Promise<void> {
  const path = join(dataDir, SERVER_FILE);
  await writeFile(`${path}.new`, `${JSON.stringify(server)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** Takes the file away, unless the next server has put its own there. */
async function removeServerFile(dataDir: string): Promise<void> {
  if ((await readServerFile(dataDir))?.pid === process.pid) await rm(join(dataDir, SERVER_FILE), { force: true });
}

/** SIGINT, SIGTERM and SIGHUP: the first ends in order, a second one at once. */
function watchSignals(): { first: Promise<void>; onSecond(act: () => void): void; stop(): void } {
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  let second: (() => void) | undefined;
  let firstAt: number | undefined;
  let begin: () => void = () => undefined;
  const first = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const listener = () => {
    const now = performance.now();
    if (firstAt === undefined) {
      firstAt = now;
      begin();
    } else if (now - firstAt > SAME_SIGNAL_MS) second?.();
  };
  for (const name of names) process.on(name, listener);
  return {
    first,
    onSecond: (act) => {
      second = act;
    },
    stop: () => {
      for (const name of names) process.off(name, listener);
    },
  };
}
