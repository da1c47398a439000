import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Bundled, the compiled form is kept beside the bundle: the second start need not compile anything. Where the folder
// cannot be written to, Node goes on without.
if (!import.meta.url.endsWith('.ts')) enableCompileCache(join(import.meta.dirname, '.cache'));

// Whoever reads may have enough: `holdfast memory list | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

const { runCli } = await import('./cli/program.ts');
process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
});
