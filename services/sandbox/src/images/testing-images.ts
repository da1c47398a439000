import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { HoldfastError } from '@holdfast/protocol';
import type { z } from 'zod';

import { unless } from '../quotas/cgroups/files.ts';
import type { BuildImage, BuildOrder } from './build/build-image.ts';
import { runBuilder } from './build/run-builder.ts';
import { type ImagesConfig, ImagesConfigSchema } from './config.ts';
import { type Images, type ImagesDeps, openImages } from './images.ts';
import type { Waiter } from './shared-work.ts';

const MIB = 1024 * 1024;

/** A root file system of busybox-static, with one file whose size is told: some MiB, made in a moment. */
const TINY = [
  'root="$1/root"',
  'mkdir -p "$root/bin" "$root/etc" "$root/dev" "$root/tmp"',
  'cp /bin/busybox "$root/bin/busybox"',
  'for name in sh cat ls echo sleep id; do ln -s busybox "$root/bin/$name"; done',
  'printf "user:x:1000:1000::/home/user:/bin/sh\\n" > "$root/etc/passwd"',
  'printf %s "$3" > "$root/etc/template"',
  'head -c "$4" /dev/zero > "$root/etc/filling"',
  'cp /bin/busybox "$root/bin/busybox-setuid"',
  'if [ "$(id -u)" = 0 ]; then chown 4711:4711 "$root/bin/busybox-setuid"; mknod "$root/etc/device" b 7 0; fi',
  'chmod 6755 "$root/bin/busybox-setuid"',
  'chmod 1777 "$root/tmp"',
  'mkfifo "$root/etc/pipe"',
  'echo packing >&2',
  'tar --create --file="$2" --directory="$root" .',
].join(' && ');

/** Builds a tiny image of whatever template: each holds its id, and is as large as `sizeMib` says. */
export function tinyBuilder(sizeMib = 0): BuildImage & { readonly orders: BuildOrder[] } {
  const orders: BuildOrder[] = [];
  const build: BuildImage = async (order) => {
    orders.push(order);
    await runBuilder(
      {
        argv: ['sh', '-c', TINY, 'sh', order.temp, order.tar, order.template.id, String(sizeMib * MIB)],
        env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
        advice: 'Try again.',
      },
      order,
    );
  };
  return Object.assign(build, { orders });
}

const STUCK = (isRoot: boolean): string =>
  `head -c 1000000 /dev/zero > "$1"; ${isRoot ? 'setsid ' : ''}sleep 1000 & echo stuck >&2; wait`;

/** A build that says `stuck` and gets stuck half-way; as root with a process that has gone off on its own. */
export const stuckBuilder: BuildImage = (order) =>
  runBuilder(
    {
      argv: ['sh', '-c', STUCK(process.getuid?.() === 0), 'sh', order.tar],
      env: { PATH: '/usr/bin:/bin', HOLDFAST_MARK: order.tar },
      advice: 'Try again.',
    },
    order,
  );

/** A waiter that never leaves, and keeps what it is told. */
export function patientWaiter(signal: AbortSignal = new AbortController().signal): Waiter & { lines: string[] } {
  const lines: string[] = [];
  return { signal, progress: (line) => void lines.push(line), lines };
}

/** Declares templates that `tinyBuilder` builds, each under its id. */
export function tinyTemplates(...ids: string[]): Record<string, { packages: string[] }> {
  return Object.fromEntries(ids.map((id) => [id, { packages: [`tiny-${id}`] }]));
}

/** Images in a folder of their own, for tests. */
export interface TestImages {
  readonly folder: string;
  readonly reports: HoldfastError[];
  /** Opens them, also again: as a new service would. */
  open(config: z.input<typeof ImagesConfigSchema>, deps?: Partial<ImagesDeps>): Promise<Images>;
  /** What is half-made. */
  temp(): Promise<string[]>;
  close(): Promise<void>;
}

/** @param folder where; left out: a new one that `close` removes. */
export async function testImages(folder?: string): Promise<TestImages> {
  const own = folder ?? (await mkdtemp(join(tmpdir(), 'holdfast-images-')));
  const reports: HoldfastError[] = [];
  const opened: Images[] = [];
  let now = Date.now();
  return {
    folder: own,
    reports,
    async open(config, deps = {}) {
      const checked: ImagesConfig = ImagesConfigSchema.parse(config);
      const images = await openImages(checked, {
        folder: own,
        build: tinyBuilder(),
        containers: [],
        arch: process.arch,
        // Each look is a second later: what was used first is used first by a clear margin.
        now: () => (now += 1000),
        newId: randomUUID,
        report: (problem) => void reports.push(problem),
        ...deps,
      });
      opened.push(images);
      return images;
    },
    temp: () => unless(['ENOENT'], readdir(join(own, 'temp')), []),
    async close() {
      for (const images of opened) await images.close();
      if (folder === undefined) await rm(own, { recursive: true });
    },
  };
}
