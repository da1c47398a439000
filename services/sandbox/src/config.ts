import { z } from 'zod';

import { ImagesConfigSchema } from './images/index.ts';

const MIB = 1024 * 1024;
const count = z.number().int().positive();
const amount = z.number().int().nonnegative();

/** The `limits` of the `sandbox` section: what a sandbox gets when it asks for nothing else. */
export const LimitsSchema = z.strictObject({
  wall_ms: count.default(30_000).describe('Wall time of one command, milliseconds.'),
  cpu_s: count.default(60).describe('CPU seconds of one process.'),
  cpus: z.number().positive().default(2).describe('Cores that all processes of one sandbox have together.'),
  memory_bytes: count
    .default(4096 * MIB)
    .describe('Address space of one process; only where there are no control groups.'),
  total_memory_bytes: count
    .default(2048 * MIB)
    .describe('Memory of all processes of one sandbox together, with its /tmp.'),
  pids: count.default(256).describe('Processes and threads of one sandbox.'),
  file_bytes: count.default(1024 * MIB).describe('Largest file that can be written.'),
  open_files: count.default(1024).describe('Open files of one process.'),
  tmp_bytes: count.default(256 * MIB).describe('Size of /tmp, and of /dev/shm, which live in memory.'),
  disk_bytes: count.default(2048 * MIB).describe('Size of /home/user of one sandbox.'),
  iops: amount.default(0).describe('Operations a second on the disk, reads and writes each. 0: not limited.'),
  output_bytes: count.default(1024 * MIB).describe('Output of one command.'),
  egress_bytes: count
    .default(4096 * MIB)
    .describe('Bytes that one sandbox may send and receive through the egress proxy.'),
});

/** The `egress` of the `sandbox` section: what sandboxes may reach. Nothing, unless it is named. */
export const EgressSchema = z.strictObject({
  allow: z
    .array(z.string())
    .default([])
    .describe(
      'Domains (example.org, *.example.org, with :port), or presets: pypi, npm, github, debian. * is everything public.',
    ),
  deny: z.array(z.string()).default([]).describe('Refused, also where allow names them.'),
  allow_private: z
    .array(z.string())
    .default([])
    .describe('Private names, addresses or networks that may be reached all the same, such as an own mirror.'),
  allow_no_sni: z.boolean().default(false).describe('Let TLS without a server name through.'),
});

/** The `audit` of the `sandbox` section. */
export const AuditSchema = z.strictObject({
  mode: z
    .enum(['auto', 'ebpf', 'strace', 'off'])
    .default('auto')
    .describe('How system calls are recorded; auto takes eBPF where it works.'),
  kill: z
    .array(z.string())
    .default([])
    .describe('Events that end the sandbox at once, such as bpf, module, mount, setns; by default they only alert.'),
});

/** The `pool` of the `sandbox` section: boxes that are ready before anybody asks. */
export const PoolSchema = z.strictObject({
  min: amount.default(0).describe('Ready of each template that was asked for at least once, also without demand.'),
  max: amount.default(8).describe('Ready of each template at most. 0: none is made ahead.'),
  total: amount.default(16).describe('Ready of all templates together.'),
  idle_ms: count.default(120_000).describe('After so long without demand only min are kept, milliseconds.'),
});

/** The `e2b` of the `sandbox` section: E2B's cloud, or another service that speaks its protocol, as an engine. */
export const E2bSchema = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .default('https://api.e2b.app')
    .describe('The REST API of E2B, or of a service that speaks its protocol, such as another Holdfast.'),
  sandbox_url: z
    .union([z.literal(''), z.url({ protocol: /^https?$/ })])
    .default('')
    .describe('The one address of all its sandboxes. Empty: each has its own, as the service says.'),
  api_key: z.string().default('').describe('Empty: E2B_API_KEY of the environment.'),
  template: z.string().min(1).default('base').describe('What every sandbox is made of, by the name it has there.'),
});

/** The `firecracker` of the `sandbox` section. The programs are found on PATH. */
export const FirecrackerSchema = z.strictObject({
  kernel: z.string().default('').describe('An uncompressed kernel (vmlinux). Empty: Firecracker is not used.'),
  modules: z.string().default('').describe('The folder of its modules, such as /lib/modules/6.1.0-18-cloud-amd64.'),
});

/** The `sandbox` section of holdfast.yaml. */
export const SandboxConfigSchema = z.strictObject({
  level: z
    .enum(['process', 'container', 'microvm'])
    .default('process')
    .describe('The level of a sandbox that does not ask for one.'),
  levels: z
    .array(z.enum(['process', 'container', 'microvm']))
    .min(1)
    .default(['process', 'container', 'microvm'])
    .describe('The levels that may be asked for. Engines of others are not even tried.'),
  engine: z
    .enum(['auto', 'nsjail', 'bubblewrap', 'namespaces', 'docker', 'podman', 'firecracker', 'qemu', 'e2b'])
    .default('auto')
    .describe('Take only this engine at its level. auto takes the best that works, and never e2b.'),
  allow_unisolated: z
    .boolean()
    .default(false)
    .describe('Where no isolation is possible: run commands without any, and have every run say so.'),
  uid_first: count
    .default(52_000)
    .describe('When the service is root: the first of the unprivileged users that commands run as.'),
  uid_count: count
    .default(1000)
    .describe('How many there are; as many again follow, for root inside. Nothing else on the host may use them.'),
  path: z
    .string()
    .regex(/^\/[^\0]*$/, 'folders with absolute paths, separated by colons')
    .default('/usr/local/bin:/usr/bin:/bin')
    .describe('PATH of every command.'),
  max_sandboxes: count.default(500).describe('Sandboxes of one tenant by the API, running and paused.'),
  max_lifetime_s: count.default(86_400).describe('No sandbox of the API lives longer without being asked for again.'),
  limits: LimitsSchema.prefault({}),
  egress: EgressSchema.prefault({}),
  audit: AuditSchema.prefault({}),
  e2b: E2bSchema.prefault({}),
  firecracker: FirecrackerSchema.prefault({}),
  images: ImagesConfigSchema.prefault({}),
  pool: PoolSchema.prefault({}),
});

/** The checked `sandbox` section. */
export type SandboxConfig = z.infer<typeof SandboxConfigSchema>;
