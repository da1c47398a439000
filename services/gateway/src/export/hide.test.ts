import { describe, expect, it } from 'vitest';

import { hideForStrangers, hideIn, hideSecrets } from './hide.ts';

describe('what is taken out of exports', () => {
  it('is every secret, however deep, and nothing else', () => {
    let deep: unknown = { key: 'sk-abcdefghij', plain: 'x' };
    for (let level = 0; level < 30; level += 1) deep = [deep];
    const hidden = JSON.stringify(hideIn(deep, hideSecrets));
    expect(hidden).not.toContain('sk-abc');
    expect(hidden).toContain('"plain":"x"');
    expect(hideIn({ password: 7, api_key: '', token: null, input_tokens: 3 }, hideSecrets)).toEqual({
      password: '[redacted]',
      api_key: '',
      token: null,
      input_tokens: 3,
    });
  });

  it('is, for strangers, where things lie on the host and who the people are', () => {
    const hide = hideForStrangers(
      [
        { path: '/srv/holdfast/runs/r1', instead: '/workspace' },
        { path: '/srv/holdfast/', instead: '/data' },
        { path: '/home/ann/repo', instead: '/input/repo' },
      ],
      ['ann@example.org'],
    );
    expect(hide('/srv/holdfast/runs/r1/a.txt in /srv/holdfast/db, not /srv/holdfast2')).toBe(
      '/workspace/a.txt in /data/db, not /srv/holdfast2',
    );
    expect(hide('cd /home/ann/repo && git log; Ann@Example.org, bob@example.org')).toBe(
      'cd /input/repo && git log; [redacted], bob@example.org',
    );
    expect(hide('$& /home/ann/repo$1')).toBe('$& /input/repo$1');
  });
});
