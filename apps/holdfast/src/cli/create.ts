import { createClient } from './http/client.ts';
import { findTarget } from './http/target.ts';
import { type Lang, sayIn } from './i18n/lang.ts';
import type { Cli, GlobalOptions, Io } from './io.ts';
import { styleFor } from './view/text.ts';

/** Makes what a command works with from its options. */
export function createCli(io: Io, options: GlobalOptions, lang: Lang): Cli {
  const say = sayIn(lang);
  const json = options.json === true;
  const target = { env: io.env, cwd: io.cwd, url: options.url, dataDir: options.dataDir, config: options.config };
  return {
    io,
    json,
    lang,
    say,
    style: styleFor(useColor(io)),
    target,
    client: createClient(() => findTarget(target), {
      noServer: () => say('client.noServer'),
      unreachable: (url, why) => say('client.unreachable', { url, why }),
      notHoldfast: (url, status) => say('client.notHoldfast', { url, status }),
    }),
    print: (line) => {
      if (!json) io.stdout.write(`${line}\n`);
    },
    note: (line) => {
      io.stderr.write(`${line}\n`);
    },
    result: (value) => {
      if (json) io.stdout.write(`${JSON.stringify(value)}\n`);
    },
  };
}

/** NO_COLOR (no-color.org) and a dumb terminal are respected. */
function useColor(io: Io): boolean {
  return io.stderr.isTTY && io.stdout.isTTY && !io.env['NO_COLOR'] && io.env['TERM'] !== 'dumb';
}
