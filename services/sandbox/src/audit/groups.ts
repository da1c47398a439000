import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** The groups below a parent: which id is which path, and which sandbox a group belongs to. */
export class Groups {
  readonly #mount: string;
  readonly #parent: string;
  /** Path below the root of the hierarchy, of each id. */
  readonly #paths = new Map<bigint, string>();
  readonly #sandboxes = new Map<string, { readonly sandboxId: string }>();
  readonly parentPath: string;

  /** `mount` is where the unified hierarchy is mounted, `parent` the parent's folder below it. */
  constructor(mount: string, parent: string) {
    this.#mount = mount;
    this.#parent = parent;
    this.parentPath = `/${relative(mount, parent)}`;
  }

  add(cgroupId: bigint, path: string): void {
    this.#paths.set(cgroupId, path);
    // Ids are never used twice, and nothing tells when the last record of a group has come.
    const [oldest] = this.#paths.keys();
    if (this.#paths.size > 50_000 && oldest !== undefined) this.#paths.delete(oldest);
  }

  /** Looks at the folders. Returns the ids of all groups below the parent. */
  scan(): bigint[] {
    const found: bigint[] = [];
    const look = (folder: string): void => {
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        if (!entry.isDirectory()) continue;
        const path = join(folder, entry.name);
        const id = statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
        if (id === undefined) continue;
        found.push(id);
        this.add(id, `/${relative(this.#mount, path)}`);
        look(path);
      }
    };
    ignoreVanished(() => look(this.#parent));
    return found;
  }

  /** Says whose the group is. False when there is no such group below the parent. */
  assign(cgroupId: bigint, sandboxId: string): boolean {
    if (!this.#paths.has(cgroupId)) this.scan();
    const path = this.#paths.get(cgroupId);
    if (path === undefined) return false;
    this.#sandboxes.set(path, { sandboxId });
    return true;
  }

  /** Forgets after `ms` whose groups these were, unless they are assigned again before. */
  release(sandboxId: string, ms: number): void {
    for (const [path, owner] of this.#sandboxes) {
      if (owner.sandboxId !== sandboxId) continue;
      setTimeout(() => {
        if (this.#sandboxes.get(path) === owner) this.#sandboxes.delete(path);
      }, ms).unref();
    }
  }

  /** The sandbox of a group, or of the nearest group above it. */
  sandboxOf(cgroupId: bigint): string | undefined {
    if (!this.#paths.has(cgroupId)) this.scan();
    for (let path = this.#paths.get(cgroupId); path !== undefined && path !== '/'; path = dirname(path)) {
      const owner = this.#sandboxes.get(path);
      if (owner !== undefined) return owner.sandboxId;
    }
    return undefined;
  }

  /** The folder of a group. */
  folderOf(cgroupId: bigint): string | undefined {
    const path = this.#paths.get(cgroupId);
    return path === undefined ? undefined : join(this.#mount, path);
  }
}

/** Where the unified hierarchy that `folder` lies in is mounted, or undefined. */
export function unifiedMountOf(folder: string): string | undefined {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(' - cgroup2 '))
    .map((line) => line.split(' ')[4] ?? '')
    .find((mount) => folder.startsWith(`${mount}/`));
}

/** A group may be removed while its folder is read. */
function ignoreVanished(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}
