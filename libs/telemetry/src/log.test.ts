import { describe, expect, it } from 'vitest';

import { createLogger, formatLine, type LogLevel, silentLogger } from './log.ts';

function capture(level: LogLevel = 'info', format: 'json' | 'text' = 'json') {
  const lines: string[] = [];
  const log = createLogger({ level, format, destination: { write: (line: string) => void lines.push(line) } });
  return { log, lines, records: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('logs (AR-4, OB-4)', () => {
  it('are one JSON object a line, with the ids of the run and the trace', () => {
    const { log, lines, records } = capture();
    log.child({ run_id: 'r1', trace_id: 't', span_id: 's' }).info({ steps: 3 }, 'Step done.\nReally.');
    expect(lines[0]?.trimEnd()).not.toContain('\n');
    expect(records()[0]).toMatchObject({
      level: 'info',
      message: 'Step done.\nReally.',
      run_id: 'r1',
      trace_id: 't',
      span_id: 's',
      steps: 3,
    });
    expect(new Date(String(records()[0]?.['time'])).getTime()).not.toBeNaN();
  });

  it('keep to the level', () => {
    const { log, lines } = capture('warn');
    log.info('no');
    log.warn('yes');
    expect(lines).toHaveLength(1);
  });

  it('hold no secret: in fields, in nested ones, in child fields, in sentences, in stacks', () => {
    const { log, lines } = capture('debug');
    const key = 'sk-proj-abcdefgh12345678';
    log.info({ password: 'hunter2', nested: { headers: { authorization: 'Basic Zm9vOmJhcg==' } } }, 'x');
    log.child({ api_key: 'quite-secret', token: 'also "secret"' }).info('y');
    log.info(`sent with ${key}`);
    log.error({ err: new Error(`refused ${key}`) }, 'z');
    const all = lines.join('');
    for (const secret of ['hunter2', 'Zm9vOmJhcg', 'quite-secret', 'also', key]) expect(all).not.toContain(secret);
    for (const line of lines) expect(() => JSON.parse(line) as unknown).not.toThrow();
    expect(all).toContain('refused [redacted]');
  });

  it('read as sentences on a terminal', () => {
    const { log, lines } = capture('info', 'text');
    log.warn({ run_id: 'r1', count: 2 }, 'Slow.');
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d WARN {2}Slow\. run_id=r1 count=2\n$/);
  });

  it('put a stack on lines of its own', () => {
    const line = JSON.stringify({
      level: 'error',
      time: '2026-01-02T03:04:05.000Z',
      message: 'm',
      err: { stack: 'E\n  at x' },
    });
    expect(formatLine(line)).toBe('03:04:05 ERROR m\nE\n  at x\n');
  });

  it('can be silent', () => {
    expect(silentLogger().isLevelEnabled('error')).toBe(false);
  });
});
