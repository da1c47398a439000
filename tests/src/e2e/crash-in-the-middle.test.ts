import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { freePort, type Product, runCli, startProduct } from '../support/product.ts';
import { makeRepository } from '../support/repository.ts';
import { tempDir } from '../support/temp-dir.ts';

describe('the product, killed in the middle of a report (AR-1, AG-2, AG-4)', () => {
  let dir: ReturnType<typeof tempDir>;
  let product: Product | undefined;
  let repository: string;

  beforeEach(() => {
    dir = tempDir();
    repository = join(dir.path, 'repository');
    makeRepository(repository);
  });

  afterEach(async () => {
    await product?.kill();
    product = undefined;
    dir.remove();
  });

  it.for(['after-intent@t1.0', 'inside-model@m2', 'after-effect@t2.0', 'after-outcome@t3.0'])(
    'goes on after a restart, and the follower gets the whole report (%s)',
    async (fault) => {
      const dataDir = join(dir.path, 'data');
      const port = await freePort();
      product = await startProduct(dataDir, port, { HOLDFAST_FAULT: fault });
      const env = { HOME: dataDir, HOLDFAST_DATA_DIR: dataDir };
      const cli = runCli(['run', 'repository-report', repository, '--follow'], env);
      const [, signal] = await new Promise<[number | null, string | null]>((resolve) => {
        product?.child.on('exit', (code, how) => resolve([code, how]));
      });
      expect(signal).toBe('SIGKILL');
      product = await startProduct(dataDir, port);
      const { code, stdout, stderr } = await cli.done;
      expect(code, `${stdout}\n${stderr}`).toBe(0);

      const { body } = await product.call('GET', '/api/v1/runs');
      const runs = body['runs'] as { id: string; status: string; recoveries: number; workspace: string }[];
      expect(runs).toHaveLength(1);
      expect(runs[0]).toMatchObject({ status: 'succeeded', recoveries: 1 });
      const report = readFileSync(join(String(runs[0]?.workspace), 'report.md'), 'utf8');
      expect(report).toMatch(/\b5\b/);
      expect(report).toContain('ada');
      expect(report).toContain('bob');
      expect(report).toContain('ein name mit ü.txt');
      const { body: told } = await product.call('GET', `/api/v1/runs/${runs[0]?.id}/actions`);
      for (const action of told['actions'] as { outcome: string; kind: string; name: string }[]) {
        expect(action.outcome, JSON.stringify(action)).toBe('ok');
      }
      expect(await product.stop()).toBe(0);
    },
  );

  it('says not ready while it recovers nothing, and healthy, and refuses a stranger', async () => {
    const port = await freePort();
    product = await startProduct(join(dir.path, 'data'), port);
    expect((await fetch(`${product.url}/healthz`)).status).toBe(200);
    await expect.poll(async () => (await fetch(`${product?.url}/readyz`)).status).toBe(200);
    expect((await fetch(`${product.url}/api/v1/runs`)).status).toBe(401);
    const second = startProduct(join(dir.path, 'data'), await freePort());
    await expect(second).rejects.toThrow(/another process|data dir|DATA_DIR_LOCKED/i);
  });
});
