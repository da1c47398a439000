import { UsageError } from '../exit-code.ts';

/** The flags that change the configuration of a command that reads it. */
export interface ConfigFlags {
  readonly config?: string;
  readonly dataDir?: string;
  readonly host?: string;
  readonly port?: string;
  readonly set?: readonly string[];
}

/** The flags as settings of the configuration. @throws UsageError for a --set without "=". */
export function flagSettings(flags: ConfigFlags): { key: string; text: string; origin: string }[] {
  const settings: { key: string; text: string; origin: string }[] = [];
  for (const text of flags.set ?? []) {
    const at = text.indexOf('=');
    if (at < 1) throw new UsageError(`--set ${text}: key=value`);
    settings.push({ key: text.slice(0, at), text: text.slice(at + 1), origin: `--set ${text.slice(0, at)}` });
  }
  if (flags.dataDir !== undefined) settings.push({ key: 'data_dir', text: flags.dataDir, origin: '--data-dir' });
  if (flags.host !== undefined) settings.push({ key: 'gateway.host', text: flags.host, origin: '--host' });
  if (flags.port !== undefined) settings.push({ key: 'gateway.port', text: flags.port, origin: '--port' });
  return settings;
}
