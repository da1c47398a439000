import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { build, preview } from 'vite';

import { type PageName, pageConfig } from './page-config.ts';

/** A page that is built and served on loopback. */
export interface ServedPage {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Builds one of the pages of bench/console and serves it.
 *
 * @param folder an empty folder for it
 * @param texts what it finds at `/texts.json`
 */
export async function servePage(name: PageName, folder: string, texts: readonly string[] = []): Promise<ServedPage> {
  const config = pageConfig(name, folder);
  await build(config);
  writeFileSync(join(folder, 'texts.json'), JSON.stringify(texts));
  const server = await preview({ ...config, preview: { host: '127.0.0.1', port: 0 } });
  const address = server.httpServer.address();
  if (typeof address !== 'object' || address === null) throw new Error('The page is not served.');
  return { url: `http://127.0.0.1:${address.port}/${name}.html`, close: () => server.close() };
}
