import { describe, expect, it } from 'vitest';

import { createdRecord, modelOutcome } from '../run/testing.ts';
import { formatRecords, parseRecords } from './record.ts';

/** Records exactly as each released version wrote them. Never change a line: add lines for each new version. */
const WRITTEN_BY_EARLIER_VERSIONS: readonly string[] = [
  '{"v":1,"kind":"created","at":1000,"tenant":"default","createdBy":"user-1","agent":"assistant","playbook":false,"task":"Do it.","instructions":"","models":[],"parameters":{},"inputs":[{"name":"repo","path":"/srv/repo"}],"limits":{"steps":5},"tags":["x"],"onUnknown":"tell","traceparent":""}',
  '{"v":1,"kind":"control","at":1500,"verb":"started","by":"w1"}',
  '{"v":1,"kind":"intent","at":2000,"id":"m1","attempt":1,"type":"model","name":"test/model","effect":"read"}',
  '{"v":1,"kind":"outcome","at":3000,"id":"m1","attempt":1,"status":"ok","model":{"model":"test/model","parts":[{"type":"tool-call","id":"c0","name":"bash","arguments":{"command":"ls"}}],"reason":"tool-calls","usage":{"inputTokens":1,"outputTokens":2,"cachedInputTokens":0}}}',
  '{"v":1,"kind":"intent","at":3000,"id":"t1.0","attempt":1,"type":"tool","name":"bash","effect":"read","call":0,"arguments":{"command":"ls"}}',
  '{"v":1,"kind":"outcome","at":3500,"id":"t1.0","attempt":1,"status":"ok","value":{"exit_code":0},"artifacts":[]}',
  '{"v":1,"kind":"ended","at":4000,"status":"succeeded","output":"Done."}',
];

describe('stored records (AG-2)', () => {
  it('reads the records of every earlier version', async () => {
    const { fold } = await import('../run/machine.ts');
    const state = fold(parseRecords(`[${WRITTEN_BY_EARLIER_VERSIONS.join(',')}]`));
    expect(state?.phase).toBe('ended');
    expect(state?.messages).toHaveLength(3);
    expect(state?.usage.costUnknown).toBe(true);
  });

  it('reads what it writes', () => {
    const records = [createdRecord(), modelOutcome('m1', 'text', ['a'])];
    expect(parseRecords(formatRecords(records))).toEqual(records);
    expect(parseRecords(formatRecords([]))).toEqual([]);
  });

  it('refuses records of a newer version and records that cannot be read', () => {
    const code = (line: string) => {
      try {
        parseRecords(line);
        return 'read';
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(code('[{"v":2,"kind":"created"}]')).toBe('SCHEMA_TOO_NEW');
    expect(code('[{"v":1,"kind":"sorcery"}]')).toBe('STORAGE_CORRUPT');
    expect(code('[{"v":1,"kin')).toBe('STORAGE_CORRUPT');
    expect(code('[[]]')).toBe('STORAGE_CORRUPT');
  });
});
