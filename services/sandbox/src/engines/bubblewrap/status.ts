import { createInterface } from 'node:readline';

/** What bubblewrap tells on its status descriptor, one JSON document a line. */
export interface Status {
  /** The host's number of the cage's first process; undefined when the stream ended without one. */
  readonly firstProcess: Promise<number | undefined>;
  /** Undefined when the stream ended without one: the command was never run, or everything was killed. */
  readonly exitCode: Promise<number | undefined>;
}

/** Reads the status stream to its end. Lines that are no JSON objects (a write cut off by a kill) say nothing. */
export function readStatus(stream: NodeJS.ReadableStream): Status {
  const firstProcess = Promise.withResolvers<number | undefined>();
  const exitCode = Promise.withResolvers<number | undefined>();
  const lines = createInterface({ input: stream });
  lines.on('line', (line) => {
    const record = parse(line);
    if (typeof record['child-pid'] === 'number') firstProcess.resolve(record['child-pid']);
    if (typeof record['exit-code'] === 'number') exitCode.resolve(record['exit-code']);
  });
  lines.once('close', () => {
    firstProcess.resolve(undefined);
    exitCode.resolve(undefined);
  });
  return { firstProcess: firstProcess.promise, exitCode: exitCode.promise };
}

function parse(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
