import { z } from 'zod';

import type { SandboxTemplate } from '../../sandboxes/box.ts';
import type { Snapshot } from '../../sandboxes/snapshots.ts';
import { ENVD_VERSION } from '../envd/version.ts';
import { errorReply, type Reply, thrownReply } from '../http.ts';
import { type RestCall, runningOfCall } from './call.ts';
import { page } from './listing.ts';
import type { Route } from './routes.ts';
import { ForkSchema, parse, queryOf, SnapshotSchema } from './schemas.ts';
import { connectionView, snapshotView } from './views.ts';

const SnapshotsSchema = z.object({
  sandboxID: z.string().optional(),
  name: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  nextToken: z.string().optional(),
});
const DEFAULT_FORK_TIMEOUT_S = 300;
const NEVER = new Date(0).toISOString();

/** What sandboxes are made of: templates, and snapshots of other sandboxes. */
export const templateRoutes: readonly Route[] = [
  { method: 'GET', path: '/templates', handle: templates },
  { method: 'GET', path: '/v2/templates', handle: templates },
  { method: 'GET', path: '/templates/aliases/{alias}', handle: alias },
  { method: 'DELETE', path: '/templates/{templateID}', handle: remove },
  { method: 'GET', path: '/snapshots', handle: snapshots },
  { method: 'POST', path: '/sandboxes/{sandboxID}/snapshots', handle: snapshot },
  { method: 'POST', path: '/sandboxes/{sandboxID}/fork', handle: fork },
];

function templates(call: RestCall): Reply {
  return { status: 200, body: call.sandboxes.templates().map(templateView) };
}

function alias(call: RestCall): Reply {
  const name = call.params['alias'] ?? '';
  const found = call.sandboxes.templates().find(({ id, names }) => id === name || names.includes(name));
  if (!found) return errorReply(404, `There is no template ${name}.`);
  return { status: 200, body: { templateID: found.id, public: true } };
}

/** E2B's SDKs delete snapshots this way. */
async function remove(call: RestCall): Promise<Reply> {
  const reference = call.params['templateID'] ?? '';
  const found = call.sandboxes.snapshots.find(reference, call.caller.tenant);
  if (found) {
    await call.sandboxes.snapshots.delete(found);
    return { status: 204 };
  }
  if (call.sandboxes.templates().some(({ id, names }) => id === reference || names.includes(reference))) {
    return errorReply(403, `The template ${reference} is the operator's: it is changed in the configuration.`);
  }
  return errorReply(404, `There is no snapshot ${reference}.`);
}

function snapshots(call: RestCall): Reply {
  const query = parse(SnapshotsSchema, queryOf(call.query));
  const [name] = (query.name ?? '').split(':');
  const found = call.sandboxes.snapshots
    .list(call.caller.tenant)
    .filter(({ sandbox }) => query.sandboxID === undefined || sandbox === query.sandboxID)
    .filter((one) => query.name === undefined || one.name === name || one.id === name)
    .map((one) => ({ one, key: keyOf(one) }));
  const { items, nextToken } = page(found, query, ({ key }, token) => key < token);
  return {
    status: 200,
    body: items.map(({ one }) => snapshotView(one)),
    ...(nextToken === undefined ? {} : { headers: { 'x-next-token': nextToken } }),
  };
}

async function snapshot(call: RestCall): Promise<Reply> {
  const { name } = parse(SnapshotSchema, call.body);
  const taken = await call.sandboxes.snapshot(runningOfCall(call), name ?? undefined);
  return { status: 201, body: snapshotView(taken) };
}

/** One snapshot, and so many sandboxes that begin with it, each of which may fail for itself. */
async function fork(call: RestCall): Promise<Reply> {
  const { timeout, count } = parse(ForkSchema, call.body);
  const source = runningOfCall(call);
  const taken = await call.sandboxes.snapshot(source, undefined);
  try {
    const { identity } = source;
    const forked = Array.from({ length: count ?? 1 }, async () =>
      call.sandboxes.create({
        tenant: identity.tenant,
        template: taken.id,
        timeoutMs: (timeout ?? DEFAULT_FORK_TIMEOUT_S) * 1000,
        onTimeout: identity.onTimeout,
        autoResume: identity.autoResume,
        metadata: identity.metadata,
        env: identity.env,
        egress: source.egress,
        privatePorts: identity.trafficToken !== undefined,
      }),
    );
    const results = await Promise.allSettled(forked);
    return {
      status: 201,
      body: results.map((result) =>
        result.status === 'fulfilled'
          ? { sandbox: connectionView(result.value, call.domain) }
          : { error: thrownReply(result.reason).body },
      ),
    };
  } finally {
    await call.sandboxes.snapshots.delete(taken);
  }
}

/** Newest first, as the list is. */
function keyOf({ createdAt, id }: Snapshot): string {
  return `${createdAt.toString().padStart(16, '0')} ${id}`;
}

function templateView({ id, names }: SandboxTemplate): Record<string, unknown> {
  return {
    templateID: id,
    buildID: id,
    // Each sandbox has what the configuration gives it, whatever its template.
    cpuCount: 0,
    memoryMB: 0,
    diskSizeMB: 0,
    public: true,
    aliases: names,
    names,
    createdAt: NEVER,
    updatedAt: NEVER,
    createdBy: null,
    lastSpawnedAt: null,
    spawnCount: 0,
    buildCount: 1,
    envdVersion: ENVD_VERSION,
    buildStatus: 'ready',
  };
}
