import { readFileSync } from 'node:fs';

import { EVENT_TYPES } from '@holdfast/protocol';
import { describe, expect, it } from 'vitest';

import { formatEventId, isBefore, parseEventId, START } from './event.ts';

describe('the event vocabulary (AG-4)', () => {
  it('is documented in docs/events.md, type by type', () => {
    const page = readFileSync(new URL('../../../../docs/events.md', import.meta.url), 'utf8');
    const documented = [...page.matchAll(/^\| `([a-z]+\.[a-z]+)` \|/gm)].map(([, type]) => type);
    expect(new Set(documented)).toEqual(new Set(EVENT_TYPES));
    expect(documented).toHaveLength(EVENT_TYPES.length);
  });

  it('has ids that survive a round trip and compare by fence, then by number', () => {
    expect(parseEventId(formatEventId({ fence: 3, n: 41 }))).toEqual({ fence: 3, n: 41 });
    expect(parseEventId('')).toEqual(START);
    expect(isBefore({ fence: 1, n: 99 }, { fence: 2, n: 1 })).toBe(true);
    expect(isBefore({ fence: 2, n: 1 }, { fence: 2, n: 1 })).toBe(false);
    for (const bad of ['7', '1-', 'a-b', '1-2-3', '-1-2', "1-2'; drop table events"]) {
      expect(() => parseEventId(bad)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    }
  });
});
