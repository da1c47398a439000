import { SandboxConfigSchema } from './config.ts';
import { gather, openTestSandbox } from './testing.ts';

/**
 * A service in a process of its own, for tests that kill it or that need another user. Arguments: a JSON list of
 * commands, and the engine of level process, where it is not to be the best. Prints one JSON line with the mark and the level, then one for each command that has ended.
 */
async function main(commands: readonly string[][], engine: string | undefined): Promise<void> {
  const sandbox = await openTestSandbox(
    engine === undefined ? {} : { config: { engine: SandboxConfigSchema.shape.engine.parse(engine) } },
  );
  const print = (value: unknown): void => console.log(JSON.stringify(value));
  const { engine: used, level } = sandbox.created;
  print({ mark: sandbox.mark, engine: used, level, workspace: sandbox.workspace });
  for (const argv of commands) {
    const { stdout, stderr, exited } = await gather(sandbox.exec(argv));
    print({ stdout, stderr, exitCode: exited.exitCode });
  }
  const left = await sandbox.processes();
  await sandbox.close();
  print({ left });
}

await main(JSON.parse(process.argv[2] ?? '[]') as string[][], process.argv[3]);
