import { HoldfastError, sandboxpb } from '@holdfast/protocol';
import { SandboxConfigSchema, thisHost } from '@holdfast/sandbox';

import { candidates } from '../../../services/sandbox/src/boxes/candidates.ts';
import { startTestDaemon, whyNoDaemon } from '../../../services/sandbox/src/engines/container/testing.ts';
import { testEngine } from '../../../services/sandbox/src/engines/container/testing-box.ts';
import { tracesOf } from '../../../services/sandbox/src/engines/container/testing-traces.ts';
import type { Engine } from '../../../services/sandbox/src/engines/engine.ts';

/** An engine that can be attacked. */
export interface OpenEngine {
  readonly engine: Engine;
  /** What boxes are made of, where the engine needs to be told. */
  readonly image?: string;
  /** Ends what belongs to the engine beside its boxes. What it then leaves, one line each. */
  close(): Promise<readonly string[]>;
}

/** An engine by its name, or why it cannot run here. */
export interface EngineChoice {
  readonly name: string;
  open(): Promise<OpenEngine | { readonly skip: string }>;
}

const { Level } = sandboxpb;

/** Every engine that the product has on this machine, the unisolated one last. Containers get a daemon of the test's own. */
export function engineChoices(base: string): readonly EngineChoice[] {
  const config = SandboxConfigSchema.parse({ levels: ['process', 'container', 'microvm'], allow_unisolated: true });
  const { platform, clock } = thisHost(base);
  const known = candidates(config, {
    ...platform,
    folder: base,
    instance: 'escape',
    env: {},
    now: clock.monotonic,
    progress: () => undefined,
  });
  return known.map(({ name, level, make }) =>
    level === Level.CONTAINER ? container(name === 'docker' ? 'docker' : 'podman') : onHost(name, make),
  );
}

function onHost(name: string, make: () => Promise<Engine>): EngineChoice {
  return {
    name,
    async open() {
      try {
        const engine = await make();
        await engine.version();
        return {
          engine,
          async close() {
            const left = await engine.reap();
            return left === 0 ? [] : [`${left} boxes`];
          },
        };
      } catch (error) {
        if (HoldfastError.has(error, 'SANDBOX_UNAVAILABLE')) return { skip: error.message };
        throw error;
      }
    },
  };
}

function container(product: 'docker' | 'podman'): EngineChoice {
  return {
    name: product,
    async open() {
      const skip = await whyNoDaemon(product);
      if (skip !== undefined) return { skip };
      const daemon = await startTestDaemon(product);
      const engine = testEngine(daemon, 'escape');
      return {
        engine,
        image: 'busybox',
        async close() {
          const left = await engine.reap();
          await daemon.stop();
          const traces = await tracesOf(daemon.folder);
          return left === 0 ? traces : [`${left} containers`, ...traces];
        },
      };
    },
  };
}
