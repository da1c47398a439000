import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { type Provider, type Script, startProvider } from '@holdfast/testing';

import { freePort, type Product, startProduct } from '../../support/product.ts';
import { tempDir } from '../../support/temp-dir.ts';

/** A server that a browser is pointed at: the product as a process of its own, and a model provider that it asks. */
export interface Server {
  readonly url: string;
  readonly port: number;
  /** An empty folder of this test's own, removed at the end. */
  readonly folder: string;
  readonly provider: Provider;
  /** The process that is up now, or was last. */
  product(): Product;
  /** SIGKILL: what is not durable by now is lost. */
  kill(): Promise<void>;
  /** Starts it again on the same data and port, where given with other approvals. */
  start(approvals?: Approvals): Promise<void>;
  close(): Promise<void>;
}

/** By tool: whether a human approves each call. */
export type Approvals = Readonly<Record<string, 'always' | 'none'>>;

/** An agent that asks a human what became of a call that a crash interrupted. */
const CAREFUL = {
  name: 'careful',
  description: 'Asks what became of an interrupted call.',
  description_zh: '调用被中断时，询问其结果。',
  instructions: 'You do what you are asked.',
  on_unknown: 'ask',
};

/**
 * Starts a server whose agents ask a model that says what `script` tells.
 *
 * @param dir the folder for all of its files; left out: one with a name of its own
 * @param tools more of the section `tools` of its configuration
 */
export async function startServer(
  script: Script,
  approvals: Approvals = {},
  dir = tempDir(),
  tools: Readonly<Record<string, unknown>> = {},
): Promise<Server> {
  const provider = await startProvider({ script });
  const port = await freePort();
  const dataDir = join(dir.path, 'data');
  mkdirSync(dataDir, { mode: 0o700 });
  const start = (asking: Approvals) => {
    const config = {
      models: {
        default: ['local/scripted'],
        providers: { local: { type: 'openai-compatible', base_url: provider.openaiUrl, models: ['scripted'] } },
      },
      agent: { agents: [CAREFUL] },
      tools: { ...tools, approvals: asking },
      gateway: { rate_limit: { login_per_minute: 1000 } },
    };
    // JSON is YAML.
    writeFileSync(join(dataDir, 'holdfast.yaml'), JSON.stringify(config));
    return startProduct(dataDir, port, { HOLDFAST_TOOLS__SKILLS__DIRS: undefined });
  };
  let asking = approvals;
  let product = await start(asking);
  return {
    url: product.url,
    port,
    folder: dir.path,
    provider,
    product: () => product,
    kill: () => product.kill(),
    async start(changed = asking) {
      asking = changed;
      product = await start(asking);
    },
    async close() {
      await product.kill();
      await provider.close();
      dir.remove();
    },
  };
}
