import type { MadeBox } from '../../sandboxes/box.ts';
import type { LiveSandbox } from '../../sandboxes/live-sandbox.ts';
import type { SandboxLogEntry } from '../../sandboxes/sandbox-log.ts';
import type { Snapshot } from '../../sandboxes/snapshots.ts';
import type { UsageSample } from '../../sandboxes/usage-sampler.ts';
import { ENVD_VERSION } from '../envd/version.ts';

const MIB = 1024 * 1024;
/** E2B's nodes had one; its SDKs still ask that it is there. */
const CLIENT_ID = 'holdfast';

/** What a client needs to talk to a sandbox. */
export function connectionView(sandbox: LiveSandbox, domain: string): Record<string, unknown> {
  const { accessToken, trafficToken } = sandbox.identity;
  return {
    ...nameView(sandbox),
    envdAccessToken: accessToken,
    trafficAccessToken: trafficToken ?? null,
    domain,
  };
}

/** A sandbox in a list. */
export function listedView(sandbox: LiveSandbox): Record<string, unknown> {
  return {
    ...nameView(sandbox),
    ...sizeView(sandbox.made),
    startedAt: new Date(sandbox.startedAt).toISOString(),
    endAt: new Date(sandbox.endAt).toISOString(),
    state: sandbox.state,
    metadata: sandbox.identity.metadata,
  };
}

/** All of a sandbox. */
export function detailView(sandbox: LiveSandbox, domain: string): Record<string, unknown> {
  const { identity, egress } = sandbox;
  return {
    ...listedView(sandbox),
    envdAccessToken: identity.accessToken,
    domain,
    allowInternetAccess: egress.allow === undefined || egress.allow.length > 0,
    network: {
      ...(egress.allow === undefined ? {} : { allowOut: egress.allow }),
      denyOut: egress.allow === undefined ? egress.deny : ['0.0.0.0/0'],
      allowPublicTraffic: identity.trafficToken === undefined,
    },
    lifecycle: { onTimeout: identity.onTimeout, autoResume: identity.autoResume },
    volumeMounts: [],
  };
}

function sizeView({ size }: MadeBox): Record<string, unknown> {
  return {
    cpuCount: Math.max(1, Math.ceil(size.cpus)),
    memoryMB: Math.floor(size.memoryBytes / MIB),
    diskSizeMB: Math.floor(size.diskBytes / MIB),
  };
}

function nameView({ id, made: { template } }: LiveSandbox): Record<string, unknown> {
  const [alias] = template.names;
  return {
    sandboxID: id,
    templateID: template.id,
    clientID: CLIENT_ID,
    envdVersion: ENVD_VERSION,
    ...(alias === undefined ? {} : { alias }),
  };
}

/** What it used at one moment. */
export function metricView(sample: UsageSample): Record<string, unknown> {
  return {
    timestamp: new Date(sample.at).toISOString(),
    timestampUnix: Math.floor(sample.at / 1000),
    cpuCount: Math.max(1, Math.ceil(sample.cpus)),
    cpuUsedPct: sample.cpuPercent,
    memUsed: sample.memoryBytes,
    memTotal: sample.memoryLimit,
    memCache: sample.cacheBytes,
    diskUsed: sample.diskBytes,
    diskTotal: sample.diskLimit,
  };
}

/** A line of its log. */
export function logView({ at, level, message, fields }: SandboxLogEntry): Record<string, unknown> {
  return { timestamp: new Date(at).toISOString(), level, message, fields };
}

/** A snapshot. With its tag, as E2B has it. */
export function snapshotView({ id, name }: Snapshot): Record<string, unknown> {
  return { snapshotID: `${id}:default`, names: name === undefined ? [] : [`${name}:default`] };
}
