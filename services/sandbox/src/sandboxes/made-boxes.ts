import { HoldfastError, sandboxpb } from '@holdfast/protocol';

import type { ProcessEnding } from '../agent/agent.ts';
import { AGENT_INSIDE } from '../agent/binary.ts';
import type { BoxMaker, GuardedBox } from '../boxes/boxes.ts';
import type { BoxKind } from '../boxes/open.ts';
import { memoryNotice } from '../execute/quota.ts';
import type { SandboxLimits } from '../limits.ts';
import type { Pool } from '../pool/index.ts';
import type { Boxes, BoxOrder, LiveBox, MadeBox, SandboxTemplate } from './box.ts';
import { BoxFiles } from './box-files.ts';

/** What {@link madeBoxes} takes from the outside. */
export interface MadeBoxesDeps {
  readonly maker: Pick<BoxMaker, 'make'>;
  /** Boxes that are ready. */
  readonly pool: Pool<BoxKind, GuardedBox>;
  readonly templates: () => readonly SandboxTemplate[];
  readonly limits: SandboxLimits;
  /** The id of a new sandbox. */
  readonly newId: () => string;
  /** Ends and removes what a killed service had left; how many boxes. */
  readonly reap: () => Promise<number>;
}

/** The boxes that sandboxes live in: made ahead or now by the one maker of this service, and given their files. */
export function madeBoxes({ maker, pool, templates, limits, newId, reap }: MadeBoxesDeps): Boxes {
  const templateOf = ({ template }: BoxOrder): SandboxTemplate => {
    const found = templates().find(({ id, names }) => id === template || names.includes(template));
    if (found) return found;
    const known = templates().flatMap(({ id, names }) => [id, ...names]);
    throw new HoldfastError(
      'NOT_FOUND',
      `There is no template or snapshot '${template}'; there are ${known.join(', ')}. Nothing was made.`,
    );
  };
  const make = async (order: BoxOrder, template: string, level: sandboxpb.Level): Promise<GuardedBox> => {
    const { snapshot, egress, tenant } = order;
    if (snapshot !== undefined) {
      const inputs = async (): Promise<[]> => [];
      return maker.make({ id: newId(), tenant, level, limits, template, inputs, egress, snapshot });
    }
    let box = await pool.acquire({ template, level });
    // One that was killed a moment ago may not have been missed yet. What is left of it goes by itself.
    while (!(await answers(box))) box = await pool.acquire({ template, level });
    try {
      await box.assign({ tenant, egress });
      return box;
    } catch (error) {
      await box.destroy();
      throw error;
    }
  };
  return {
    templates,
    reap,
    async create(order): Promise<MadeBox> {
      const template = templateOf(order);
      const box = await make(order, template.id, order.level ?? sandboxpb.Level.UNSPECIFIED);
      const { cpus, memoryBytes, diskBytes } = limits;
      return {
        id: box.id,
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
function liveBox(box: GuardedBox, limits: SandboxLimits): LiveBox {
  const { openFiles, fileBytes } = limits;
  const agent: LiveBox['agent'] = {
    spawn: (init) =>
      box.agent.spawn({
        ...init,
        env: { ...box.environment, ...init.env },
        limits: { openFiles, fileBytes, coreBytes: 0 },
      }),
    connect: (port) => box.agent.connect(port),
  };
  return {
    agent: {
      ...agent,
      async spawn(init) {
        const [before, process] = await Promise.all([memoryKills(box), agent.spawn(init)]);
        const exited = withMemoryQuota(process.exited, box, before, limits.memoryBytes);
        // Nobody need wait for it.
        exited.catch(() => undefined);
        return { ...process, exited };
      },
    },
    files: new BoxFiles(agent, box.agentInside ?? AGENT_INSIDE),
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

/** Nothing listens on this port of a new box, and its agent says so. */
const SILENT_PORT = 1;

/** Whether its agent is there: by the shortest way there and back. */
async function answers({ agent }: GuardedBox): Promise<boolean> {
  try {
    (await agent.connect(SILENT_PORT)).destroy();
    return true;
  } catch (error) {
    if (HoldfastError.has(error, 'UNAVAILABLE')) return false;
    if (HoldfastError.has(error, 'FAILED_PRECONDITION')) return true;
    throw error;
  }
}

/** An ending tells of the memory where that ran out meanwhile: the kernel only says that it killed. */
async function withMemoryQuota(
  exited: Promise<ProcessEnding>,
  box: GuardedBox,
  killsBefore: number,
  memoryBytes: number,
): Promise<ProcessEnding> {
  const ending = await exited;
  if (ending.exitCode === 0 || (await memoryKills(box)) <= killsBefore) return ending;
  return { ...ending, notice: memoryNotice(memoryBytes) };
}

/** How many processes the kernel has killed for want of memory. */
async function memoryKills(box: GuardedBox): Promise<number> {
  try {
    return (await box.usage()).oomKills;
  } catch (error) {
    // What cannot be measured any more is ending, which is told by its own end.
    if (HoldfastError.is(error)) return 0;
    throw error;
  }
}
