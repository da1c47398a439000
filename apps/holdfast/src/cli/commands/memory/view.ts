import type { Cli } from '../../io.ts';
import { harmless, oneLine, table } from '../../view/text.ts';
import { localTime } from '../runs.ts';

/** A memory as the REST API shows it (the parts that the command line reads). */
export interface MemoryView {
  readonly id: string;
  readonly user: string | null;
  readonly kind: string;
  readonly state: string;
  readonly text: string;
  readonly trust: string;
  readonly author: string | null;
  readonly origin: string;
  readonly run_id: string | null;
  readonly document_id: string | null;
  readonly evidence: string | null;
  readonly at: string;
  readonly group: string | null;
  readonly pinned: boolean;
  readonly revision: number;
  readonly strength_days: number;
  readonly recalls: number;
  readonly retention: number;
  readonly archived_into: string | null;
  readonly quarantine_reason: string | null;
}

/** What a store or model could not say, and why. */
export interface MissingView {
  readonly source: string;
  readonly reason: string;
}

const TEXT_COLUMNS = 70;

/** A table of memories. */
export function printMemories(cli: Cli, memories: readonly MemoryView[]): void {
  const { say } = cli;
  const rows = memories.map((memory) => [
    memory.id,
    say(`memory.kind.${memory.kind}` as 'memory.kind.fact'),
    localTime(memory.at),
    percent(memory.retention),
    oneLine(`${memory.pinned ? '* ' : ''}${memory.text}`, TEXT_COLUMNS),
  ]);
  const head = [say('head.memory'), say('head.kind'), say('head.when'), say('head.retention'), say('head.text')];
  cli.print(table(head, rows));
}

/** Says what could not be asked: an answer that lacks something must not look whole. */
export function noteMissing(cli: Cli, missing: readonly MissingView[]): void {
  for (const { source, reason } of missing) {
    cli.note(cli.style.yellow(cli.say('memory.missing', { source, reason: harmless(reason) })));
  }
}

/** 0.42 as 42 %. */
export function percent(fraction: number): string {
  return `${Math.round(fraction * 100)} %`;
}
