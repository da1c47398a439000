import { describe, expect, it } from 'vitest';

import { parseArguments } from './arguments.ts';

describe('arguments as somebody typed them', () => {
  it('are taken where they are a JSON object', () => {
    expect(parseArguments('{"command":"ls"}')).toEqual({ command: 'ls' });
  });

  it.each(['', '[]', 'null', '"x"', '{"a":', '{a:1}', '5'])('%j is none', (text) => {
    expect(parseArguments(text)).toBeUndefined();
  });
});
