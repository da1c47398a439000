import { describe, expect, it } from 'vitest';

import { titleOf } from './title.ts';

const run = { id: 'run_1', agent: 'csv-profile', parameters: {}, task: '' };

describe('what a run is called', () => {
  it('is the first line of its task, else what it was given', () => {
    expect(titleOf({ ...run, task: '\n Do it.\nThen that.' })).toBe('Do it.');
    expect(titleOf({ ...run, parameters: { file: '/tmp/a.csv', depth: 3 } })).toBe('csv-profile · /tmp/a.csv');
    expect(titleOf(run)).toBe('csv-profile');
    const parameters = { file: '/input/file', lang: 'en', file_host: '/srv/a.csv' };
    expect(titleOf({ ...run, parameters })).toBe('csv-profile · /srv/a.csv · en');
  });

  it('names characters that would reorder it', () => {
    expect(titleOf({ ...run, task: 'a\u202egpj.exe' })).toBe('a⟨U+202E⟩gpj.exe');
  });

  it('is never long', () => {
    expect(titleOf({ ...run, task: 'x'.repeat(10_000) }).length).toBeLessThan(200);
  });
});
