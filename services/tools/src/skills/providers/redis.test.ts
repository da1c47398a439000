import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openRedis, type RedisClient } from '@holdfast/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { redisProvider } from './redis.ts';

const missing = spawnSync('redis-server', ['--version']).error !== undefined && !process.env['CI'];

describe.skipIf(missing)('Redis for skills (needs redis-server)', () => {
  let folder: string;
  let server: ReturnType<typeof spawn>;
  let redis: RedisClient;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-redis-'));
    const socket = join(folder, 'redis.sock');
    server = spawn('redis-server', ['--port', '0', '--unixsocket', socket, '--dir', folder, '--save', ''], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const line of server.stdout ?? []) if (String(line).includes('ready to accept')) break;
    redis = openRedis(socket);
  });
  afterAll(async () => {
    await redis.close();
    server.kill('SIGKILL');
    await once(server, 'exit');
    await rm(folder, { recursive: true, force: true });
  });

  const ask = (command: string, key: string, args: (string | number)[] = [], skill = 'a', tenant = 't') =>
    redisProvider(redis).ask('call', { command, key, args }, { skill, tenant, call: undefined });

  it('TL-4 keeps the keys of skills and tenants apart', async () => {
    expect(await ask('set', 'k', ['1', 'PX', 60_000])).toBe('OK');
    expect(await ask('INCRBY', 'k', [41])).toBe(42);
    expect(await ask('GET', 'k', [], 'b')).toBe(null);
    expect(await ask('GET', 'k', [], 'a', 'u')).toBe(null);
    expect(await ask('HSET', 'h', ['x', '1', 'y', '2'])).toBe(2);
    expect(await ask('HGETALL', 'h')).toEqual(['x', '1', 'y', '2']);
  });

  it('TL-4 lets no command through that reaches other keys, or that is none', async () => {
    for (const command of [
      'FLUSHALL',
      'KEYS',
      'EVAL',
      'SCAN',
      'CONFIG',
      'RENAME',
      'MGET',
      'SELECT',
      'toString',
      '__proto__',
    ]) {
      await expect(ask(command, 'k')).rejects.toMatchObject({ code: 'REFUSED' });
    }
    await expect(ask('DEL', 'k', ['other'])).rejects.toMatchObject({ code: 'REFUSED' });
    await expect(ask('LPUSH', 'k', ['x'])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(ask('GET', '')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});
