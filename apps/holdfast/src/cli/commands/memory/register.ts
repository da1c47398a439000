import type { Command } from 'commander';

import type { MessageKey, Say } from '../../i18n/lang.ts';
import type { Cli } from '../../io.ts';

type Options = Record<string, unknown>;
type Run = (cli: Cli, args: (string | undefined)[], options: Options) => Promise<number>;
type Add = (parent: Command, usage: string, key: MessageKey, run: Run) => Command;

/** `holdfast memory …`. */
export function addMemory(add: Add, memory: Command, say: Say): void {
  const memories = () => import('./memories.ts');
  const admin = () => import('./admin.ts');
  const graph = () => import('./graph.ts');
  const viewer = (command: Command) =>
    command
      .option('--user <user>', say('option.memoryUser'))
      .option('--agent <agent>', say('option.memoryAgent'))
      .option('--everybody', say('option.memoryEverybody'));
  const filter = (command: Command) =>
    viewer(command)
      .option('--kind <kinds>', say('option.memoryKind'))
      .option('--group <name>', say('option.memoryGroup'))
      .option('--since <time>', say('option.memorySince'))
      .option('--until <time>', say('option.memoryUntil'));
  const owner = (command: Command) =>
    command
      .option('--shared', say('option.memoryShared'))
      .option('--user <user>', say('option.memoryUser'))
      .option('--agent <agent>', say('option.memoryAgent'));

  filter(
    add(memory, 'recall <question>', 'help.memoryRecall', async (cli, [question = ''], options) =>
      (await memories()).memoryRecallCommand(cli, question, options),
    ),
  )
    .option('-n, --limit <count>', say('option.memoryLimit'))
    .option('-e, --explain', say('option.memoryExplain'));
  owner(
    add(memory, 'remember <text>', 'help.memoryRemember', async (cli, [text = ''], options) =>
      (await memories()).memoryRememberCommand(cli, text, options),
    ),
  )
    .option('--kind <kind>', say('option.memoryKind'))
    .option('--group <name>', say('option.memoryGroup'))
    .option('--pin', say('option.memoryPin'));
  filter(
    add(memory, 'list', 'help.memoryList', async (cli, _, options) =>
      (await memories()).memoryListCommand(cli, options),
    ),
  )
    .option('--state <state>', say('option.memoryState'))
    .option('--order <order>', say('option.memoryOrder'))
    .option('--contains <text>', say('option.memoryContains'))
    .option('--pinned', say('option.memoryPinned'))
    .option('-n, --limit <count>', say('option.memoryLimit'));
  viewer(
    add(memory, 'show <memory>', 'help.memoryShow', async (cli, [id = ''], options) =>
      (await memories()).memoryShowCommand(cli, id, options),
    ),
  );
  viewer(
    add(memory, 'edit <memory>', 'help.memoryEdit', async (cli, [id = ''], options) =>
      (await memories()).memoryEditCommand(cli, id, options),
    ),
  )
    .option('--text <text>', say('option.memoryText'))
    .option('--pin', say('option.memoryPin'))
    .option('--unpin', say('option.memoryUnpin'));
  viewer(
    add(memory, 'merge <memories...>', 'help.memoryMerge', async (cli, [ids], options) =>
      (await memories()).memoryMergeCommand(cli, listOf(ids), options),
    ),
  ).option('--text <text>', say('option.memoryText'));
  viewer(
    add(memory, 'forget <memories...>', 'help.memoryForget', async (cli, [ids], options) =>
      (await memories()).memoryStateCommand(cli, listOf(ids), 'archived', options),
    ),
  );
  viewer(
    add(memory, 'restore <memories...>', 'help.memoryRestore', async (cli, [ids], options) =>
      (await memories()).memoryStateCommand(cli, listOf(ids), 'active', options),
    ),
  );
  add(memory, 'erase [memories...]', 'help.memoryErase', async (cli, [ids], options) =>
    (await admin()).memoryEraseCommand(cli, listOf(ids), options),
  )
    .option('--all-of <user>', say('option.memoryAllOf'))
    .option('--document <id>', say('option.memoryDocument'))
    .option('--run <id>', say('option.memoryRun'))
    .option('--group <name>', say('option.memoryGroup'))
    .option('--agent <agent>', say('option.memoryAgent'))
    .option('--everybody', say('option.memoryEverybody'))
    .option('--reason <text>', say('option.reason'))
    .option('--yes', say('option.memoryYes'));

  owner(
    add(memory, 'ingest <sources...>', 'help.memoryIngest', async (cli, [sources], options) =>
      (await import('./documents.ts')).memoryIngestCommand(cli, listOf(sources), options),
    ),
  )
    .option('--name <name>', say('option.memoryName'))
    .option('--format <format>', say('option.memoryFormat'))
    .option('--trust <trust>', say('option.memoryTrust'))
    .option('--detach', say('option.memoryDetach'));
  viewer(
    add(memory, 'documents', 'help.memoryDocuments', async (cli, _, options) =>
      (await import('./documents.ts')).memoryDocumentsCommand(cli, options),
    ),
  );

  viewer(
    add(memory, 'graph [entity]', 'help.memoryGraph', async (cli, [name], options) =>
      (await graph()).memoryGraphCommand(cli, name, options),
    ),
  ).option('--depth <count>', say('option.memoryDepth'));
  viewer(
    add(memory, 'path <from> <to>', 'help.memoryPath', async (cli, [from = '', to = ''], options) =>
      (await graph()).memoryPathCommand(cli, from, to, options),
    ),
  );
  owner(
    add(
      memory,
      'relate <subject> <predicate> <object>',
      'help.memoryRelate',
      async (cli, [subject = '', predicate = '', object = ''], options) =>
        (await graph()).memoryRelateCommand(cli, subject, predicate, object, options),
    ),
  ).option('--exclusive', say('option.memoryExclusive'));

  viewer(
    add(memory, 'export [file]', 'help.memoryExport', async (cli, [file], options) =>
      (await admin()).memoryExportCommand(cli, file, options),
    ),
  ).option('--state <state>', say('option.memoryState'));
  add(memory, 'import <file>', 'help.memoryImport', async (cli, [file = ''], options) =>
    (await admin()).memoryImportCommand(cli, file, options),
  )
    .option('--user <user>', say('option.memoryUser'))
    .option('--agent <agent>', say('option.memoryAgent'));
  add(memory, 'compress', 'help.memoryCompress', async (cli, _, options) =>
    (await admin()).memoryCompressCommand(cli, options),
  ).option('--dry-run', say('option.memoryDryRun'));
  add(memory, 'verify', 'help.memoryVerify', async (cli, _, options) =>
    (await admin()).memoryVerifyCommand(cli, options),
  ).option('--repair', say('option.memoryRepair'));
  add(memory, 'status', 'help.memoryStatus', async (cli) => (await admin()).memoryStatusCommand(cli));
}

/** Commander gives the words of a repeated argument as a list. */
function listOf(given: unknown): readonly string[] {
  return Array.isArray(given) ? given.map(String) : [];
}
