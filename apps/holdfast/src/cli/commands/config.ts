import { isSecretKey, REDACTED, redactValue } from '@holdfast/telemetry';

import { loadConfig } from '../../config/load.ts';
import { configSpec } from '../../config/schema.ts';
import { EXIT } from '../exit-code.ts';
import type { Cli } from '../io.ts';
import { table } from '../view/text.ts';
import { flagSettings, type ConfigFlags } from './flags.ts';

/** `holdfast config`: every effective value, without secrets, and where it came from. */
export async function configCommand(cli: Cli, options: ConfigFlags): Promise<number> {
  const { io } = cli;
  const loaded = await loadConfig(configSpec(io.env), {
    env: io.env,
    cwd: io.cwd,
    configPath: options.config,
    flags: flagSettings(options),
  });
  const shown = loaded.effective.map(({ key, value, origin }) => ({ key, value: withoutSecret(key, value), origin }));
  cli.result({ file: loaded.file ?? null, values: shown });
  const rows = shown.map(({ key, value, origin }) => [key, JSON.stringify(value) ?? '', origin]);
  cli.print(table([cli.say('head.configKey'), cli.say('head.value'), cli.say('head.origin')], rows));
  return EXIT.OK;
}

function withoutSecret(key: string, value: unknown): unknown {
  const hidden = key.split('.').some((part) => isSecretKey(part)) || key.startsWith('telemetry.otlp_headers.');
  return hidden && value !== '' && value !== null ? REDACTED : redactValue(value);
}
