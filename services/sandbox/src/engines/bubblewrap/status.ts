import { createInterface } from 'node:readline';

/** What bubblewrap tells on its status descriptor, one JSON document a line. */
export interface Status {
  /** The host's number of the cage's first process, once it is known. */
  childPid(): number | undefined;
  /** Resolves at the end of the stream. Without `exitCode` the command was never run, or the launcher was killed. */
  readonly complete: Promise<{ childPid: number | undefined; exitCode: number | undefined }>;
}

/** Reads the status stream to its end. Lines that are no JSON objects (a write cut off by a kill) say nothing. */
export function readStatus(stream: NodeJS.ReadableStream): Status {
  let childPid: number | undefined;
  let exitCode: number | undefined;
  const lines = createInterface({ input: stream });
  lines.on('line', (line) => {
    const record = parse(line);
    if (typeof record['child-pid'] === 'number') childPid = record['child-pid'];
    if (typeof record['exit-code'] === 'number') exitCode = record['exit-code'];
  });
  const complete = new Promise<{ childPid: number | undefined; exitCode: number | undefined }>((resolve) => {
    lines.once('close', () => resolve({ childPid, exitCode }));
  });
  return { childPid: () => childPid, complete };
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
