import { stat } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { deviceNumbers } from './disks.ts';
import type { Quotas } from './driver.ts';
import { parseKeyed } from './files.ts';
import { parseThrottleCounts, V1_CONTROLLERS } from './v1.ts';
import { parseIoStat, V2_CONTROLLERS } from './v2.ts';

const QUOTAS: Quotas = { memoryBytes: 1048576, cpus: 1.5, pids: 64 };
const LIMITED: Quotas = { ...QUOTAS, diskReadIops: 10, diskWriteIops: 20, diskBytesPerS: 30 };

const written = (controllers: typeof V1_CONTROLLERS, quotas: Quotas): string[] =>
  Object.values(controllers)
    .flatMap((controller) => controller.settings(quotas, ['8:0', '253:1']))
    .map(({ file, value }) => `${file}=${value}`);

describe('what the kernel is told of the quotas (SB-2)', () => {
  it('in the words of v1', () => {
    expect(written(V1_CONTROLLERS, QUOTAS)).toEqual([
      'cpu.cfs_period_us=100000',
      'cpu.cfs_quota_us=150000',
      'memory.limit_in_bytes=1048576',
      'memory.memsw.limit_in_bytes=1048576',
      'memory.swappiness=0',
      'pids.max=64',
      'blkio.throttle.read_iops_device=8:0 4294967294',
      'blkio.throttle.read_iops_device=253:1 4294967294',
    ]);
    expect(written(V1_CONTROLLERS, LIMITED).slice(6, 10)).toEqual([
      'blkio.throttle.read_iops_device=8:0 10',
      'blkio.throttle.write_iops_device=8:0 20',
      'blkio.throttle.read_bps_device=8:0 30',
      'blkio.throttle.write_bps_device=8:0 30',
    ]);
  });

  it('in the words of v2', () => {
    const common = ['cpu.max=150000 100000', 'memory.max=1048576', 'memory.swap.max=0'];
    expect(written(V2_CONTROLLERS, QUOTAS)).toEqual([...common, 'pids.max=64']);
    expect(written(V2_CONTROLLERS, { ...QUOTAS, diskReadIops: 10 }).slice(4)).toEqual([
      'io.max=8:0 riops=10',
      'io.max=253:1 riops=10',
    ]);
    expect(written(V2_CONTROLLERS, LIMITED)[4]).toBe('io.max=8:0 riops=10 wiops=20 rbps=30 wbps=30');
  });
});

describe('what the kernel says of the use (SB-2)', () => {
  it('sums the disks of blkio', () => {
    const text = '254:0 Read 3\n254:0 Write 20\n254:0 Sync 23\n254:0 Total 23\n7:1 Read 4\n7:1 Write 0\nTotal 27\n';
    expect(parseThrottleCounts(text)).toEqual({ read: 7, write: 20 });
    expect(parseThrottleCounts('Total 0\n')).toEqual({ read: 0, write: 0 });
  });

  it('sums the disks of io.stat, which may have no figures yet', () => {
    const text =
      '8:0 rbytes=100 wbytes=200 rios=1 wios=2 dbytes=9 dios=9\n7:0 \n8:16 rbytes=1 wbytes=1 rios=1 wios=1\n';
    expect(parseIoStat(text)).toEqual({ readBytes: 101, writtenBytes: 201, readOps: 2, writeOps: 3 });
  });

  it('reads keys and values', () => {
    expect(parseKeyed('max 0\noom_kill 2\n')).toEqual({ max: 0, oom_kill: 2 });
  });

  it('takes device numbers apart as the C library packs them', async () => {
    expect(deviceNumbers(0xfe01)).toEqual({ major: 254, minor: 1 });
    expect(deviceNumbers(0x10_0801)).toEqual({ major: 8, minor: 257 });
    expect(deviceNumbers((await stat('/dev/null')).rdev)).toEqual({ major: 1, minor: 3 });
  });
});
