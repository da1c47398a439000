import { create, sandboxpb } from '@holdfast/protocol';
import { describe, expect, it } from 'vitest';

import { findLeak } from './probe.ts';
import { whyNoCage } from './testing-cage.ts';
import { testService } from './testing.ts';

const STATUS = 'Name:\tcat\nUid:\t52001\t52001\t52001\t52001\nCapEff:\t0000000000000000\nNoNewPrivs:\t1\n';
const device = (name: string): string => `  ${name}:${' 0'.repeat(16)}\n`;
const GOOD = STATUS + device('lo');

describe('probe (SB-1)', () => {
  it('runs something in each engine and says which one a sandbox gets', async (ctx) => {
    const reason = whyNoCage();
    if (reason !== undefined) return ctx.skip(reason);
    const service = testService({ allow_unisolated: true });
    const report = await service.probe(create(sandboxpb.ProbeRequestSchema));
    await service.close();
    // nsjail stands first, and is in no package of Debian.
    expect(['nsjail', 'bubblewrap']).toContain(report.chosen);
    expect(report.engines).toMatchObject([
      { engine: 'nsjail', level: sandboxpb.Level.PROCESS },
      { engine: 'bubblewrap', works: true, level: sandboxpb.Level.PROCESS },
      { engine: 'namespaces', works: true, level: sandboxpb.Level.PROCESS },
      { engine: 'unisolated', works: true, level: sandboxpb.Level.UNISOLATED },
    ]);
    expect(report.engines[1]?.version).toMatch(/^bubblewrap \d/);
    expect(report.engines[1]?.startMs).toBeGreaterThan(0);
    expect(report.engines[3]?.verdict).toContain('isolates nothing');
  });

  it('does not speak of an engine that is not allowed', async () => {
    const service = testService();
    const { engines } = await service.probe(create(sandboxpb.ProbeRequestSchema));
    await service.close();
    expect(engines.map(({ engine }) => engine)).toEqual(['nsjail', 'bubblewrap', 'namespaces']);
  });

  it('finds each leak in what the inside sees', () => {
    expect(findLeak(GOOD, 'secret')).toBeUndefined();
    expect(findLeak(`${GOOD}secret`, 'secret')).toContain('file of the host');
    expect(findLeak(GOOD.replace('Uid:\t52001', 'Uid:\t0'), 'secret')).toContain('uid "0');
    expect(findLeak(GOOD.replace(/CapEff:.*/, 'CapEff:\t0000000000000400'), 'secret')).toContain('capabilities');
    expect(findLeak(GOOD.replace('NoNewPrivs:\t1', 'NoNewPrivs:\t0'), 'secret')).toContain('NoNewPrivs');
    expect(findLeak(GOOD + device('eth0'), 'secret')).toContain('eth0');
    expect(findLeak('', 'secret')).toBeDefined();
  });
});
