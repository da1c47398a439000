import type { BrowserApi } from '@holdfast/protocol';

import type { ToolSource } from '../tool.ts';
import { decideEngine } from './auto/decide.ts';
import { createExtractor } from './extract/extractor.ts';
import type { SecretsConfig } from './secrets/config.ts';
import { createSecrets } from './secrets/secrets.ts';
import { type BrowserDeps, RunBrowsers } from './service.ts';
import { browserApi } from './takeover/api.ts';
import { browserSource } from './verbs/source.ts';

/** The browser of runs with the tools that use it. */
export interface BrowserOfRuns {
  readonly browsers: RunBrowsers;
  /** For people: to look, and to take over. */
  readonly api: BrowserApi;
  /** The verbs of agents. */
  readonly source: ToolSource;
  /** Ends every browser and thread. */
  close(): Promise<void>;
}

/** What {@link openBrowser} takes from the outside. */
export interface OpenBrowserDeps extends Omit<BrowserDeps, 'decide'> {
  readonly secrets: SecretsConfig;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile: (path: string) => Promise<string>;
}

/**
 * Makes the browser of runs. Nothing is started before the first navigation.
 *
 * @throws HoldfastError CONFIG_INVALID for lists of hosts that cannot be read.
 */
export function openBrowser({ secrets: config, env, readFile, ...deps }: OpenBrowserDeps): BrowserOfRuns {
  const browsers = new RunBrowsers({ ...deps, decide: decideEngine });
  const extractor = createExtractor();
  const secrets = createSecrets({ config, env, readFile });
  const { screenshots } = deps.config;
  return {
    browsers,
    api: browserApi(browsers, deps.clock),
    source: browserSource({ browser: browsers, extractor, secrets, screenshots }),
    async close() {
      await browsers.close();
      await extractor.close();
    },
  };
}
