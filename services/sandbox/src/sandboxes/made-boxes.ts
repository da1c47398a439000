import { HoldfastError, type sandboxpb } from '@holdfast/protocol';

import { AGENT_INSIDE } from '../agent/binary.ts';
import type { BoxMaker, GuardedBox } from '../boxes/boxes.ts';
import type { SandboxLimits } from '../limits.ts';
import type { Boxes, BoxOrder, LiveBox, MadeBox, SandboxTemplate } from './box.ts';
import { BoxFiles } from './box-files.ts';

/** A template, with what the engines make of it. */
export interface MadeTemplate extends SandboxTemplate {
  /** The unpacked root, on the host. */
  readonly rootfs?: string;
  /** The image, by the name that the engine's store knows it by. */
  readonly image?: string;
}

/** What {@link madeBoxes} takes from the outside. */
export interface MadeBoxesDeps {
  readonly maker: Pick<BoxMaker, 'make'>;
  readonly templates: () => readonly MadeTemplate[];
  readonly limits: SandboxLimits;
  /** Where an order names none. */
  readonly level: sandboxpb.Level;
  /** Ends and removes what a killed service had left; how many boxes. */
  readonly reap: () => Promise<number>;
}

/** The boxes that sandboxes live in: made by the one maker of this service, without any folder of the host. */
export function madeBoxes({ maker, templates, limits, level, reap }: MadeBoxesDeps): Boxes {
  const templateOf = ({ template }: BoxOrder): MadeTemplate => {
    const found = templates().find(({ id, names }) => id === template || names.includes(template));
    if (found) return found;
    const known = templates().flatMap(({ id, names }) => (names.length > 0 ? names : [id]));
    throw new HoldfastError(
      'NOT_FOUND',
      `There is no template or snapshot '${template}'; there are ${known.join(', ')}. Nothing was made.`,
    );
  };
  return {
    templates,
    reap,
    async create(order): Promise<MadeBox> {
      const template = templateOf(order);
      const box = await maker.make({
        id: order.id,
        tenant: order.tenant,
        level: order.level ?? level,
        limits,
        inputs: async () => [],
        egress: order.egress,
        ...(template.rootfs === undefined ? {} : { rootfs: template.rootfs }),
        ...(template.image === undefined ? {} : { image: template.image }),
        ...(order.snapshot === undefined ? {} : { snapshot: order.snapshot }),
      });
      const { cpus, memoryBytes, diskBytes } = limits;
      return {
        box: liveBox(box, limits),
        template,
        level: box.engine.level,
        engine: box.engine.name,
        size: { cpus, memoryBytes, diskBytes },
      };
    },
  };
}

/** Every process in it knows the way out, and has its limits. */
function liveBox(box: GuardedBox, { openFiles, fileBytes }: SandboxLimits): LiveBox {
  const agent: LiveBox['agent'] = {
    spawn: (init) =>
      box.agent.spawn({
        ...init,
        env: { ...box.egress.environment, ...init.env },
        limits: { openFiles, fileBytes, coreBytes: 0 },
      }),
    connect: (port) => box.agent.connect(port),
  };
  return {
    agent,
    files: new BoxFiles(agent, AGENT_INSIDE),
    ended: box.ended,
    pause: () => box.pause(),
    resume: () => box.resume(),
    destroy: () => box.destroy(),
    ...(box.snapshot ? { snapshot: (folder: string) => box.snapshot?.(folder) ?? Promise.resolve() } : {}),
    async usage() {
      const [{ cpuUs, memoryBytes }, diskBytes] = await Promise.all([box.usage(), box.diskUsed()]);
      return { cpuSeconds: cpuUs / 1_000_000, memoryBytes, cacheBytes: 0, diskBytes };
    },
    setEgress: (request) => {
      box.egress.change(request);
    },
  };
}
