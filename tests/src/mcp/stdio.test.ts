import { fileURLToPath } from 'node:url';

import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { freePort, type Product, startProduct } from '../support/product.ts';
import { tempDir } from '../support/temp-dir.ts';
import { MODES, type Mode } from './support/client.ts';

const MAIN = fileURLToPath(new URL('../../../apps/holdfast/src/main.ts', import.meta.url));

describe('holdfast mcp serve: the running product for a client that starts programs (TL-5)', () => {
  let dataDir: ReturnType<typeof tempDir>;
  let product: Product;
  beforeEach(async () => {
    dataDir = tempDir();
    product = await startProduct(dataDir.path, await freePort());
  });
  afterEach(async () => {
    await product.stop();
    dataDir.remove();
  });

  const connect = async (mode: Mode): Promise<Client> => {
    const client = new Client(
      { name: 'desktop', version: '1.0.0' },
      { versionNegotiation: { mode: mode === '2025-11-25' ? 'legacy' : { pin: mode } } },
    );
    const env = { PATH: process.env['PATH'] ?? '', HOME: dataDir.path, HOLDFAST_DATA_DIR: dataDir.path, LANG: 'C' };
    await client.connect(
      new StdioClientTransport({ command: process.execPath, args: [MAIN, 'mcp', 'serve'], env, stderr: 'ignore' }),
    );
    return client;
  };

  it('runs a playbook to its report, in both kinds of protocol', async () => {
    for (const mode of MODES) {
      const client = await connect(mode);
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name)).toContain('run_agent');
      const { prompts } = await client.listPrompts();
      expect(prompts.map(({ name }) => name)).toContain('csv-profile');
      const file = await upload(product, 'sales.csv', 'city,sum\nBergen,1\nOslo,2\n');
      const wanted = { agent: 'csv-profile', parameters: { file: `upload:${file}` } };
      const answer = await client.callTool({ name: 'run_agent', arguments: wanted });
      expect(answer.structuredContent, JSON.stringify(answer.content)).toMatchObject({ status: 'succeeded' });
      expect(JSON.stringify(answer.content)).toContain('Bergen');
      await client.close();
    }
  });

  it('goes on after the server was killed and started anew, with another key and another port', async () => {
    const client = await connect('2025-11-25');
    expect((await client.callTool({ name: 'list_agents', arguments: {} })).isError).toBeFalsy();
    await product.kill();
    const refused = client.callTool({ name: 'list_agents', arguments: {} });
    await expect(refused).rejects.toThrow();
    product = await startProduct(dataDir.path, await freePort());
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => client.callTool({ name: 'list_agents', arguments: {} })),
    );
    for (const answer of answers) expect(JSON.stringify(answer.content)).toContain('csv-profile');
    await client.close();
  });
});

async function upload(product: Product, name: string, content: string): Promise<string> {
  const response = await fetch(`${product.url}/api/v1/uploads?name=${name}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${product.key}`, 'content-type': 'application/octet-stream' },
    body: content,
  });
  return ((await response.json()) as { id: string }).id;
}
