import { HoldfastError } from '@holdfast/protocol';

import { errorReply, type Reply, unsupported } from '../http.ts';
import { type RestCall, runningOfCall, sandboxOfCall } from './call.ts';
import { listPage } from './listing.ts';
import { egressOf } from './network.ts';
import type { Route } from './routes.ts';
import {
  ConnectSchema,
  ListSchema,
  NetworkUpdateSchema,
  NewSandboxSchema,
  parse,
  PauseSchema,
  queryOf,
  RefreshSchema,
  TimeoutSchema,
} from './schemas.ts';
import { connectionView, detailView, listedView } from './views.ts';

/** What E2B takes where no time-out is given: its first API 15 s, its second 300 s. */
const DEFAULT_TIMEOUT_S = { first: 15, second: 300 };
const NO_MEMORY = 'pausing without memory (a reboot): a sandbox here is paused with all that runs in it';

/** Making, finding and ending sandboxes. */
export const sandboxRoutes: readonly Route[] = [
  { method: 'POST', path: '/sandboxes', handle: (call) => create(call, DEFAULT_TIMEOUT_S.first) },
  { method: 'POST', path: '/v2/sandboxes', handle: (call) => create(call, DEFAULT_TIMEOUT_S.second) },
  { method: 'GET', path: '/sandboxes', handle: listRunning },
  { method: 'GET', path: '/v2/sandboxes', handle: list },
  {
    method: 'GET',
    path: '/sandboxes/{sandboxID}',
    handle: (call) => ({ status: 200, body: detailView(sandboxOfCall(call), call.domain) }),
  },
  { method: 'DELETE', path: '/sandboxes/{sandboxID}', handle: kill },
  { method: 'POST', path: '/sandboxes/{sandboxID}/timeout', handle: setTimeout },
  { method: 'POST', path: '/sandboxes/{sandboxID}/refreshes', handle: refresh },
  { method: 'POST', path: '/sandboxes/{sandboxID}/pause', handle: pause },
  { method: 'POST', path: '/sandboxes/{sandboxID}/resume', handle: resume },
  { method: 'POST', path: '/sandboxes/{sandboxID}/connect', handle: connect },
  { method: 'POST', path: '/v2/sandboxes/{sandboxID}/connect', handle: connect },
  { method: 'PUT', path: '/sandboxes/{sandboxID}/network', handle: setNetwork },
];

async function create(call: RestCall, defaultTimeoutS: number): Promise<Reply> {
  const wanted = parse(NewSandboxSchema, call.body);
  if (wanted.volumeMounts && wanted.volumeMounts.length > 0) return unsupported('volumes');
  if (wanted.iam) return unsupported('workload identity (iam)');
  if (wanted.autoPause && wanted.autoPauseMemory === false) return unsupported(NO_MEMORY);
  if (wanted.autoResume?.enabled && !wanted.autoPause) {
    throw new HoldfastError('INVALID_ARGUMENT', 'autoResume goes with autoPause only. Nothing was made.');
  }
  const sandbox = await call.sandboxes.create({
    tenant: call.caller.tenant,
    template: wanted.templateID,
    timeoutMs: (wanted.timeout ?? defaultTimeoutS) * 1000,
    onTimeout: wanted.autoPause ? 'pause' : 'kill',
    autoResume: wanted.autoResume?.enabled ?? false,
    metadata: wanted.metadata ?? {},
    env: wanted.envVars ?? {},
    egress: egressOf({ ...wanted.network, allow_internet_access: wanted.allow_internet_access }),
    privatePorts: wanted.network?.allowPublicTraffic === false,
  });
  return { status: 201, body: connectionView(sandbox, call.domain) };
}

function list(call: RestCall): Reply {
  const query = parse(ListSchema, queryOf(call.query));
  const { items, nextToken } = listPage(call.sandboxes.list(call.caller.tenant), query);
  return {
    status: 200,
    body: items.map(listedView),
    ...(nextToken === undefined ? {} : { headers: { 'x-next-token': nextToken } }),
  };
}

/** The first API has no pages, and knows no paused sandboxes. */
function listRunning(call: RestCall): Reply {
  const { metadata } = parse(ListSchema, queryOf(call.query));
  const { items } = listPage(call.sandboxes.list(call.caller.tenant), {
    state: ['running'],
    order: 'desc',
    limit: Infinity,
    metadata,
  });
  return { status: 200, body: items.map(listedView) };
}

async function kill(call: RestCall): Promise<Reply> {
  await call.sandboxes.kill(sandboxOfCall(call));
  return { status: 204 };
}

function setTimeout(call: RestCall): Reply {
  const ms = parse(TimeoutSchema, call.body).timeout * 1000;
  call.sandboxes.checkTimeout(ms);
  runningOfCall(call).setTimeout(ms);
  return { status: 204 };
}

function refresh(call: RestCall): Reply {
  const ms = (parse(RefreshSchema, call.body).duration ?? DEFAULT_TIMEOUT_S.first) * 1000;
  call.sandboxes.checkTimeout(ms);
  runningOfCall(call).extend(ms);
  return { status: 204 };
}

async function pause(call: RestCall): Promise<Reply> {
  if (parse(PauseSchema, call.body).memory === false) return unsupported(NO_MEMORY);
  const sandbox = sandboxOfCall(call);
  if (sandbox.state === 'paused') return errorReply(409, `The sandbox ${sandbox.id} is paused already.`);
  await call.sandboxes.pause(sandbox);
  return { status: 204 };
}

async function resume(call: RestCall): Promise<Reply> {
  const { timeout } = parse(ConnectSchema, call.body);
  const sandbox = sandboxOfCall(call);
  if (sandbox.state === 'running') return errorReply(409, `The sandbox ${sandbox.id} runs already.`);
  await call.sandboxes.resume(sandbox, (timeout ?? DEFAULT_TIMEOUT_S.first) * 1000);
  return { status: 201, body: connectionView(sandbox, call.domain) };
}

async function connect(call: RestCall): Promise<Reply> {
  const { timeout, memory } = parse(ConnectSchema, call.body);
  const sandbox = sandboxOfCall(call);
  if (memory === false && sandbox.state === 'paused') return unsupported('resuming without memory (a reboot)');
  const resumed = await call.sandboxes.resume(sandbox, (timeout ?? DEFAULT_TIMEOUT_S.second) * 1000);
  return { status: resumed ? 201 : 200, body: connectionView(sandbox, call.domain) };
}

function setNetwork(call: RestCall): Reply {
  const egress = egressOf(parse(NetworkUpdateSchema, call.body));
  runningOfCall(call).setEgress(egress);
  return { status: 204 };
}
