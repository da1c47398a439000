import { join } from 'node:path';

import { openRecordFile, type RecordFile, type SandboxObserver } from '@holdfast/sandbox';
import type { Clock, Logger, Metrics } from '@holdfast/telemetry';

/** The observer, and how to end its files. */
export interface SandboxRecords {
  readonly observer: SandboxObserver;
  close(): Promise<void>;
}

/** Connects the sandbox service to its record files (SB-3), metrics (SB-2) and the log. */
export async function openSandboxRecords(
  folder: string,
  { metrics, logger, clock }: { readonly metrics: Metrics; readonly logger: Logger; readonly clock: Clock },
): Promise<SandboxRecords> {
  const problem = (error: unknown): void =>
    logger.error({ err: error }, 'A record of the sandboxes could not be written.');
  const open = (name: string): Promise<RecordFile> => openRecordFile(join(folder, `${name}.jsonl`), problem);
  const [audit, egress] = await Promise.all([open('audit'), open('egress')]);
  const live = new Map<string, { memoryBytes: number; cpuUs: number; at: number }>();
  const events = metrics.counter(
    'holdfast_sandbox_audit_events',
    'Records of the audit of sandboxes, by event.',
    'event',
  );
  const decisions = metrics.counter(
    'holdfast_sandbox_egress_decisions',
    'Decisions of the egress proxy, by verdict.',
    'verdict',
  );
  const bytes = metrics.counter(
    'holdfast_sandbox_egress_bytes',
    'Bytes through the egress proxy, by direction.',
    'direction',
  );
  const quotas = metrics.counter(
    'holdfast_sandbox_over_quota',
    'Sandboxes that were ended for a quota, by quota.',
    'quota',
  );
  const changes = metrics.counter(
    'holdfast_sandbox_changes',
    'Sandboxes of the API, by what happened to them.',
    'change',
  );
  metrics.gauge('holdfast_sandbox_memory_bytes', 'Memory of all sandboxes that live.', () => {
    for (const [id, { at }] of live) if (clock.monotonic() - at > STALE_MS) live.delete(id);
    return [...live.values()].reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
  });
  let cpuUsed = 0;
  metrics.gauge(
    'holdfast_sandbox_cpu_seconds',
    'CPU time that sandboxes have used since the start.',
    () => cpuUsed / 1e6,
  );
  metrics.gauge(
    'holdfast_sandbox_records_dropped',
    'Records that the disk could not take.',
    () => audit.dropped() + egress.dropped(),
  );
  return {
    observer: {
      usage(id, { memoryBytes, cpuUs }) {
        cpuUsed += Math.max(0, cpuUs - (live.get(id)?.cpuUs ?? 0));
        live.set(id, { memoryBytes, cpuUs, at: clock.monotonic() });
      },
      over(id, quota, message) {
        quotas(quota);
        logger.warn({ sandbox_id: id, quota }, message);
      },
      audit(record) {
        events(record.event);
        audit.add(record);
        if (record.verdict) {
          const { sandboxId, runId, event, verdict } = record;
          logger.warn(
            { sandbox_id: sandboxId, ...(runId === undefined ? {} : { run_id: runId }), event, verdict },
            `A sandboxed process was seen: ${record.detail}`,
          );
        }
      },
      egress(record) {
        egress.add(record);
        if (record.stage === 'ended') {
          decisions(record.verdict);
          bytes('up', record.bytesUp);
          bytes('down', record.bytesDown);
        }
      },
      event({ type, sandbox, reason }) {
        changes(type);
        logger.info(
          { sandbox_id: sandbox.id, change: type, ...(reason === undefined ? {} : { reason }) },
          'A sandbox changed.',
        );
      },
      progress: (line) => logger.info({}, `Sandboxes: ${line}`),
      problem: (error) => logger.error({ err: error }, 'The sandbox service failed where nobody waited for it.'),
    },
    async close() {
      await Promise.all([audit.close(), egress.close()]);
    },
  };
}

/** A sandbox that was not measured for so long has ended. Milliseconds. */
const STALE_MS = 5000;
