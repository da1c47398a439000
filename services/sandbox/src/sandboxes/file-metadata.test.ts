import { describe, expect, it } from 'vitest';

import { FileMetadata } from './file-metadata.ts';

const entry = (path: string) =>
  ({ name: '', path, type: 'file', size: 0, mode: 0, owner: '', group: '', modifiedAt: 0, metadata: {} }) as const;

describe('FileMetadata (SB-1)', () => {
  it('goes with a file where it is moved, alone or with its folder', () => {
    const metadata = new FileMetadata();
    metadata.set('/a/x', { k: '1' });
    metadata.set('/ab', { k: '2' });
    metadata.move('/a', '/b');
    expect(metadata.addTo(entry('/b/x')).metadata).toEqual({ k: '1' });
    expect(metadata.addTo(entry('/a/x')).metadata).toEqual({});
    expect(metadata.addTo(entry('/ab')).metadata).toEqual({ k: '2' });
  });

  it('goes when the file is written without any, removed, or replaced', () => {
    const metadata = new FileMetadata();
    for (const path of ['/a', '/b/c', '/d', '/e']) metadata.set(path, { k: '1' });
    metadata.set('/a', {});
    metadata.remove('/b');
    metadata.move('/nothing', '/d');
    const kept = ['/a', '/b/c', '/d', '/e'].filter((path) => 'k' in metadata.addTo(entry(path)).metadata);
    expect(kept).toEqual(['/e']);
  });
});
