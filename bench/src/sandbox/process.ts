import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { create, sandboxpb } from '@holdfast/protocol';
import type { SandboxService } from '@holdfast/sandbox';

import {
  createLive,
  createWithWorkspace,
  destroyIn,
  execIn,
  openSandboxService,
} from '../../../tests/src/support/sandbox-service.ts';
import { tempDir } from '../../../tests/src/support/temp-dir.ts';
import type { Figure } from '../report.ts';
import type { FigureGroup } from '../groups.ts';
import { type Contender, medians } from '../rounds.ts';
import { execLive } from './exec-live.ts';

const ROUNDS = 40;
const BUDGET_RATIO = 1.5;
const BUDGET_MS = 30;
const ENGINES = ['nsjail', 'bubblewrap', 'namespaces'] as const;

/** bubblewrap itself, with the namespaces that a sandbox has and nothing else that one has. */
const BARE: Contender<undefined> = {
  name: 'bare bwrap --unshare-all: true',
  async run() {
    const arguments_ = ['--unshare-all', '--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev', 'true'];
    const [code] = (await once(spawn('bwrap', arguments_, { stdio: 'pipe' }), 'close')) as [number];
    if (code !== 0) throw new Error(`bwrap ended with exit code ${code}`);
    return undefined;
  },
};

/** Creating a sandbox and running its first command, by each engine of level process, without a pool. */
export const processStart: FigureGroup = {
  name: 'process',
  async whyNot() {
    return process.platform === 'linux' ? undefined : 'level process needs Linux';
  },
  async measure() {
    const services = await workingEngines();
    const workspace = tempDir();
    try {
      const contenders = services.flatMap(({ engine, service }) => [
        withWorkspace(engine, service, workspace.path),
        withDisk(engine, service),
      ]);
      const times = await medians(ROUNDS, [BARE, ...contenders]);
      const bare = times.get(BARE.name) ?? Number.NaN;
      return [
        { name: BARE.name, value: bare, unit: 'ms' },
        ...contenders.flatMap(({ name }): Figure[] => {
          const value = times.get(name) ?? Number.NaN;
          return [
            { name, value, unit: 'ms', budget: BUDGET_MS },
            { name: `${name}, against bare bwrap`, value: value / bare, unit: 'x', budget: BUDGET_RATIO },
          ];
        }),
      ];
    } finally {
      await Promise.all(services.map(({ service }) => service.close()));
      workspace.remove();
    }
  },
};

async function workingEngines(): Promise<{ engine: string; service: SandboxService }[]> {
  const found: { engine: string; service: SandboxService }[] = [];
  for (const engine of ENGINES) {
    const service = openSandboxService({ engine });
    const { chosen } = await service.probe(create(sandboxpb.ProbeRequestSchema));
    if (chosen === engine) found.push({ engine, service });
    else await service.close();
  }
  return found;
}

/** As the tools of agents do it. */
function withWorkspace(engine: string, service: SandboxService, workspace: string): Contender<string | undefined> {
  return {
    name: `${engine}: create with a workspace, and the first command`,
    async run() {
      const id = await createWithWorkspace(service, workspace);
      const { exited, stderr } = await execIn(service, id, ['true']);
      if (exited.exitCode !== 0) throw new Error(`true ended with exit code ${exited.exitCode}: ${stderr}`);
      return id;
    },
    after: async (id = '') => destroyIn(service, id),
  };
}

/** As E2B's API does it: with a disk of its own. */
function withDisk(engine: string, service: SandboxService): Contender<string | undefined> {
  return {
    name: `${engine}: create with a disk, and the first command`,
    async run() {
      const sandbox = await createLive(service);
      await execLive(sandbox, 'true');
      return sandbox.id;
    },
    after: async (id = '') => {
      const sandboxes = await service.sandboxes();
      await sandboxes.kill(sandboxes.get(id, 'test'));
      // The next disk is made ahead meanwhile.
      await sleep(300);
    },
  };
}
