import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { openSqlite } from '@holdfast/storage';
import { expect, it } from 'vitest';

import { call } from '../testing.ts';
import type { AuditTables } from './schema.ts';

const CHILD = fileURLToPath(new URL('killed-child.ts', import.meta.url));

it('leaves an entry that has begun and no status where the process is killed inside a change (QA-4)', async () => {
  const child = spawn(process.execPath, [CHILD], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  const { dataDir, url } = JSON.parse(line) as { dataDir: string; url: string };
  const key = (await readFile(join(dataDir, 'local.key'), 'utf8')).trim();
  const gone = once(child, 'exit');
  await expect(call(`${url}/api/v1/runs`, { key, json: { agent: 'tester', task: 'x' } })).rejects.toThrow();
  expect(await gone).toEqual([null, 'SIGKILL']);

  const database = await openSqlite({ dataDir });
  const entries = await database.writer<AuditTables>().selectFrom('gateway_audit').selectAll().execute();
  expect(entries).toMatchObject([{ action: 'run.create', subject: 'local', status: null, target: '' }]);
  await database.close();
  await rm(dataDir, { recursive: true });
});
