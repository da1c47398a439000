import { agentpb, create, type JsonObject } from '@holdfast/protocol';

import type { Identity } from '../auth/identity.ts';
import type { UploadInUse } from '../uploads/store.ts';
import type { ApiContext } from './context.ts';
import { checkInputPath } from './inputs.ts';

/** What a new run is to begin with, as it was asked for. */
export interface WantedInputs {
  readonly agent: string;
  readonly task: string;
  readonly inputs: readonly {
    readonly name: string;
    readonly path?: string | undefined;
    readonly upload?: string | undefined;
  }[];
  readonly parameters: JsonObject;
}

/** The same with every upload replaced by its place on the host. */
export interface PlacedInputs {
  readonly task: string;
  readonly inputs: { name: string; path: string }[];
  readonly parameters: JsonObject;
  /** Gives the uploads back: the run did not begin. */
  readonly release: () => Promise<void>;
}

const UPLOAD = /^upload:([\w-]{1,100})$/;

/**
 * Finds the uploads that a new run names, and checks every path of the host that it would read: named as input, as a
 * playbook's parameter, or as its task. A playbook takes `upload:<id>` wherever it takes a path.
 *
 * @throws HoldfastError NOT_FOUND for an upload, INVALID_ARGUMENT or PERMISSION_DENIED for a path.
 */
export async function placeInputs(context: ApiContext, by: Identity, wanted: WantedInputs): Promise<PlacedInputs> {
  const used: UploadInUse[] = [];
  const take = async (id: string) => {
    const upload = await context.uploads.use(by.tenant, id);
    used.push(upload);
    return upload.path;
  };
  const place = async (path: string) => {
    const id = UPLOAD.exec(path)?.[1] ?? (await context.uploads.idOf(by.tenant, path));
    if (id !== undefined) return take(id);
    await checkInputPath(rulesOf(context), by, path);
    return path;
  };
  const release = async () => {
    for (const upload of used) await upload.release();
  };
  try {
    const inputs: { name: string; path: string }[] = [];
    for (const { name, path = '', upload } of wanted.inputs) {
      inputs.push({ name, path: upload === undefined ? await place(path) : await take(upload) });
    }
    const parameters = { ...wanted.parameters };
    let task = wanted.task;
    const named = wanted.task.trim();
    const isPlace = named.startsWith('/') || UPLOAD.test(named);
    const names = isPlace || Object.keys(parameters).length > 0 ? await hostPathsOf(context, by, wanted.agent) : [];
    for (const name of names) {
      const path = parameters[name];
      if (typeof path === 'string') parameters[name] = await place(path);
    }
    if (isPlace && names.length > 0) task = await place(named);
    return { inputs, parameters, task, release };
  } catch (error) {
    await release();
    throw error;
  }
}

/**
 * Checks whether this caller may have a fork read what the old run could read.
 *
 * @throws HoldfastError PERMISSION_DENIED.
 */
export async function checkOldInputs(context: ApiContext, by: Identity, run: agentpb.Run): Promise<void> {
  for (const { path } of run.inputs) {
    if ((await context.uploads.idOf(by.tenant, path)) === undefined) await checkInputPath(rulesOf(context), by, path);
  }
}

function rulesOf({ deps }: ApiContext) {
  return { dataDir: deps.dataDir, roots: deps.config.gateway.inputs.roots };
}

/** The parameters of a playbook that are paths on the host; none for an agent. */
async function hostPathsOf({ deps }: ApiContext, by: Identity, agent: string): Promise<string[]> {
  const caller = { tenant: by.tenant, subject: by.subject };
  const { agents } = await deps.agent.listAgents(create(agentpb.ListAgentsRequestSchema, { caller }));
  const found = agents.find(({ name, playbook }) => playbook && name === agent);
  const properties = found?.parameters?.['properties'] ?? {};
  return Object.entries(properties).flatMap(([name, property]) => (isHostPath(property) ? name : []));
}

function isHostPath(property: unknown): boolean {
  return typeof property === 'object' && property !== null && 'format' in property && property.format === 'host-path';
}
