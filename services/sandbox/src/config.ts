import { z } from 'zod';

const MIB = 1024 * 1024;
const count = z.number().int().positive();

/** The `limits` of the `sandbox` section: what a command gets when its sandbox asks for nothing else. */
export const LimitsSchema = z.strictObject({
  wall_ms: count.default(30_000).describe('Wall time of one command, milliseconds.'),
  cpu_s: count.default(60).describe('CPU seconds of one process.'),
  memory_bytes: count.default(4096 * MIB).describe('Address space of one process.'),
  total_memory_bytes: count
    .default(2048 * MIB)
    .describe('Memory of all processes of one command together; looked at four times a second.'),
  pids: count.default(256).describe('Processes and threads of one sandbox.'),
  file_bytes: count.default(1024 * MIB).describe('Largest file that can be written.'),
  open_files: count.default(1024).describe('Open files of one process.'),
  tmp_bytes: count.default(256 * MIB).describe('Size of /tmp, and of /dev/shm, which live in memory.'),
});

/** The `sandbox` section of holdfast.yaml. */
export const SandboxConfigSchema = z.strictObject({
  level: z.enum(['process']).default('process').describe('The level of a sandbox that does not ask for one.'),
  engine: z.enum(['auto', 'bubblewrap']).default('auto').describe('The engine of level process.'),
  allow_unisolated: z
    .boolean()
    .default(false)
    .describe('Where no isolation is possible: run commands without any, and have every run say so.'),
  uid_first: count
    .default(52_000)
    .describe('When the service is root: the first of the unprivileged users that commands run as.'),
  uid_count: count.default(1000).describe('How many there are. Nothing else on the host may use them.'),
  path: z
    .string()
    .regex(/^\/[^\0]*$/, 'folders with absolute paths, separated by colons')
    .default('/usr/local/bin:/usr/bin:/bin')
    .describe('PATH of every command.'),
  limits: LimitsSchema.prefault({}),
});

/** The checked `sandbox` section. */
export type SandboxConfig = z.infer<typeof SandboxConfigSchema>;
