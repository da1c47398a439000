import { MAX_LAZY_WALK, type ParseState } from './limits.ts';

/**
 * The parser's record of lazy lines: those that go on with a paragraph of a quote or list without its marks. For each
 * of them it walks back over all lines of the container, so beyond a budget they are no longer told to be lazy: they
 * are part of the container then, as they mostly are anyway.
 */
export function boundedLazyLines(state: ParseState): Record<string, boolean> {
  let last = 0;
  let opened = 0;
  let walked = 0;
  const noted = (line: number, lazy: boolean): boolean => {
    // A line that opens a container is not noted.
    if (line > last + 1) {
      opened = line;
      walked = 0;
    }
    last = line;
    if (lazy) walked += line - opened;
    if (walked > MAX_LAZY_WALK) state.limited = true;
    return lazy && walked <= MAX_LAZY_WALK;
  };
  return new Proxy<Record<string, boolean>>(
    {},
    { set: (record, line, lazy) => Reflect.set(record, line, noted(Number(line), lazy === true)) },
  );
}
