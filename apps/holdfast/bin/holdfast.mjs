#!/usr/bin/env node
// Runs the built command line on Node 24, whatever Node this is: see scripts/toolchain.mjs for the same choice with
// more words. Plain JavaScript for any Node >= 20.
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(realpathSync(fileURLToPath(import.meta.url)));
const program = join(here, '..', 'dist', 'holdfast.js');
const packaged = join(here, '..', '..', '..', 'node_modules', '.bin', 'node');

function giveUp(sentence) {
  process.stderr.write(`holdfast: ${sentence}\n`);
  process.exit(1);
}

if (!existsSync(program)) giveUp('it is not built yet. Run "npm start" (or "npm run build") in its folder first.');

const isNew = Number(process.versions.node.split('.')[0]) >= 24;
if (isNew) {
  // Nothing to change: the same process goes on.
  process.argv[1] = program;
  await import(program);
} else {
  if (!existsSync(packaged))
    giveUp(`Node 24 is needed, this is ${process.versions.node}. Run "npm start" in its folder, or install Node 24.`);
  const child = spawn(packaged, [program, ...process.argv.slice(2)], { stdio: 'inherit' });
  const forward = (signal) => {
    // On a terminal, Ctrl-C reaches the child by itself.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
  child.once('error', (error) => giveUp(`Node 24 of the packages could not be started: ${error.message}`));
  child.once('close', (code, signal) => {
    if (code !== null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
