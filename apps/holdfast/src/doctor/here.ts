import { tracesUrl } from '@holdfast/telemetry';

import { loadConfig, type Sources } from '../config/load.ts';
import { configSpec } from '../config/schema.ts';
import { checkChromium } from './chromium.ts';
import { checkOwnLocks } from './locks.ts';
import { checkDataDir, checkGit, checkNode, checkOtlp, checkPort } from './machine.ts';
import type { DoctorCheck, DoctorReport } from './report.ts';
import { checkOwnSandbox } from './sandbox.ts';
import { checkOwnModels } from './services.ts';
import { checkStorage } from './storage.ts';

/** What to examine. */
export interface HereOptions extends Sources {
  /** Also call each model once. */
  readonly models: boolean;
  /** Also try the engines of other levels than the configured one: it may boot a guest. */
  readonly all: boolean;
}

/**
 * Examines this machine without a running server: everything that the configuration names is used once.
 *
 * @throws HoldfastError CONFIG_INVALID
 */
export async function diagnoseHere(options: HereOptions): Promise<DoctorReport> {
  const { config } = await loadConfig(configSpec(options.env), options);
  const { gateway, telemetry } = config;
  const checks: DoctorCheck[] = [
    checkNode(process.versions.node),
    await checkGit(),
    await checkDataDir(config.data_dir),
    ...(await checkStorage(config.storage, config.data_dir)),
    ...(await checkOwnLocks(config.storage)),
    ...(await checkOwnSandbox(config.sandbox, options.all ? 'all' : 'configured')),
    await checkChromium(config, options.env),
    ...(await checkOwnModels(config, options.env, options.models)),
    await checkPort('port', gateway.host, gateway.port, 'gateway.port'),
  ];
  if (telemetry.metrics.enabled) {
    checks.push(
      await checkPort('metrics port', telemetry.metrics.host, telemetry.metrics.port, 'telemetry.metrics.port'),
    );
  }
  const otlp = telemetry.otlp_endpoint || options.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  if (otlp) checks.push(await checkOtlp(tracesUrl(otlp), telemetry.otlp_headers));
  return { checks };
}

/**
 * Tries the engines of the levels that a running server does not try: from here, with the same configuration.
 *
 * @throws HoldfastError CONFIG_INVALID
 */
export async function diagnoseOtherLevels(
  options: Sources & Pick<HereOptions, 'env'>,
): Promise<readonly DoctorCheck[]> {
  const { config } = await loadConfig(configSpec(options.env), options);
  return checkOwnSandbox(config.sandbox, 'others');
}
