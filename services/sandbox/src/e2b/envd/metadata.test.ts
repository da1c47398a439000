import { describe, expect, it } from 'vitest';

import { metadataOf } from './metadata.ts';

describe('metadata of files (SB-1)', () => {
  it('takes it from the headers', () => {
    expect(metadataOf({ 'x-metadata-author': 'mei', 'x-metadata-': 'x', accept: '*/*' })).toEqual({ author: 'mei' });
  });

  it('refuses what a file cannot hold', () => {
    expect(() => metadataOf({ 'x-metadata-a': 'ü' })).toThrow(/printable/);
    expect(() => metadataOf({ [`x-metadata-${'a'.repeat(247)}`]: '' })).toThrow(/longer/);
    expect(() => metadataOf({ 'x-metadata-a': 'x'.repeat(4096) })).toThrow(/4096/);
  });
});
