import { shownConfig } from '../../config/effective.ts';
import { loadConfig } from '../../config/load.ts';
import { configSpec } from '../../config/schema.ts';
import { EXIT } from '../exit-code.ts';
import type { Cli } from '../io.ts';
import { table } from '../view/text.ts';
import { flagSettings, type ConfigFlags } from './flags.ts';

/** `holdfast config`: every effective value, without secrets, and where it came from. */
export async function configCommand(cli: Cli, options: ConfigFlags): Promise<number> {
  const { io } = cli;
  const spec = configSpec(io.env);
  const loaded = await loadConfig(spec, {
    env: io.env,
    cwd: io.cwd,
    configPath: options.config,
    flags: flagSettings(options),
  });
  const { file, values } = shownConfig(loaded, spec.schema);
  cli.result({ file, values: values.map(({ key, value, origin }) => ({ key, value, origin })) });
  const rows = values.map(({ key, value, origin }) => [key, JSON.stringify(value) ?? '', origin]);
  cli.print(table([cli.say('head.configKey'), cli.say('head.value'), cli.say('head.origin')], rows));
  return EXIT.OK;
}
