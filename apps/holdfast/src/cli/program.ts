import { Command, CommanderError, Option } from 'commander';

import { VERSION } from '../version.ts';
import { addMemory } from './commands/memory/register.ts';
import { createCli } from './create.ts';
import { EXIT } from './exit-code.ts';
import { chooseLang, type Lang, type MessageKey, type Say, sayIn } from './i18n/lang.ts';
import type { Cli, GlobalOptions, Io } from './io.ts';
import { reportError, usageSentence } from './report-error.ts';

type Options = Record<string, unknown>;
type Run = (cli: Cli, args: (string | undefined)[], options: Options) => Promise<number>;

/** Reads the command line, does what it says, and resolves to the exit code. Nothing is thrown. */
export async function runCli(argv: readonly string[], io: Io): Promise<number> {
  const lang = chooseLang(earlyOption(argv, '--lang'), io.env);
  const say = sayIn(lang);
  const json = argv.includes('--json');
  let exitCode: number = EXIT.OK;
  const program = buildProgram(say, io, (run) => async (args, options) => {
    exitCode = await run(createCli(io, options, lang), args, options as Options);
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.OK;
      return reportError(io, json, lang, usageSentence(error, say));
    }
    return reportError(io, json, lang, error);
  }
}

/** The value of an option that is needed before the command line is read: the help itself is in a language. */
function earlyOption(argv: readonly string[], name: string): string | undefined {
  const at = argv.findIndex((word) => word === name || word.startsWith(`${name}=`));
  return at < 0 ? undefined : argv[at]?.slice(name.length + 1) || argv[at + 1];
}

type Bind = (run: Run) => (args: (string | undefined)[], options: GlobalOptions) => Promise<void>;

function buildProgram(say: Say, io: Io, bind: Bind): Command {
  const program = base(new Command('holdfast'), say, io)
    .description(say('help.program'))
    .option('--json', say('option.json'))
    .option('--url <url>', say('option.url'))
    .option('--data-dir <path>', say('option.dataDir'))
    .option('--config <file>', say('option.config'))
    .addOption(new Option('--lang <lang>', say('option.lang')).choices(['en', 'zh'] satisfies Lang[]))
    .version(VERSION, '-V, --version', say('help.version'))
    .helpCommand('help [command]', say('help.help'))
    .addHelpText('after', `\n${say('help.exitCodes')}`);

  const add = (parent: Command, usage: string, key: MessageKey, run: Run): Command => {
    const [name = '', ...parameters] = usage.split(' ');
    const command = base(parent.command(name), say, io).description(say(key));
    for (const parameter of parameters)
      command.argument(parameter, say(`argument.${parameter.replaceAll(/\W/g, '')}` as MessageKey));
    const action = bind(run);
    return command.action(async (...given: unknown[]) => {
      await action(given.slice(0, parameters.length) as (string | undefined)[], command.optsWithGlobals());
    });
  };
  const many = (value: string, before: readonly string[] | undefined): string[] => [...(before ?? []), value];
  const followOption = (command: Command) => command.option('-f, --follow', say('option.follow'));

  add(program, 'up', 'help.up', async (cli, _, options) => (await import('../up.ts')).upCommand(cli, options))
    .option('--host <address>', say('option.host'))
    .option('--port <number>', say('option.port'))
    .option('--set <key=value>', say('option.set'), many);

  followOption(
    add(program, 'run <agent> [task]', 'help.run', async (cli, [agent = '', task], options) =>
      (await import('./commands/run.ts')).runCommand(cli, agent, task, options),
    ),
  )
    .option('-i, --input <name=path>', say('option.input'), many)
    .option('-p, --param <key=value>', say('option.param'), many)
    .option('-t, --tag <tag>', say('option.tag'), many)
    .option('--limit-time <duration>', say('option.limitTime'))
    .option('--limit-steps <n>', say('option.limitSteps'))
    .option('--limit-tokens <n>', say('option.limitTokens'))
    .option('--limit-cost <usd>', say('option.limitCost'));

  add(program, 'runs', 'help.runs', async (cli, _, options) =>
    (await import('./commands/runs.ts')).runsCommand(cli, options),
  )
    .option('--status <status>', say('option.status'))
    .option('--agent <name>', say('option.agentFilter'))
    .option('--tag <tag>', say('option.tagFilter'))
    .option('--search <text>', say('option.search'))
    .option('--limit <n>', say('option.limit'));
  add(program, 'show <run>', 'help.show', async (cli, [id = '']) =>
    (await import('./commands/runs.ts')).showCommand(cli, id),
  );
  add(program, 'watch <run>', 'help.watch', async (cli, [id = ''], options) =>
    (await import('./commands/runs.ts')).watchCommand(cli, id, options),
  ).option('--after <event>', say('option.after'));
  addSteering(add, program, say, followOption);
  add(program, 'agents', 'help.agents', async (cli) => (await import('./commands/control.ts')).agentsCommand(cli));

  const playbook = base(program.command('playbook'), say, io).description(say('help.playbook'));
  add(playbook, 'export <run>', 'help.playbookExport', async (cli, [id = ''], options) =>
    (await import('./commands/control.ts')).playbookExportCommand(cli, id, options),
  ).option('--name <name>', say('option.playbookName'));

  const keys = base(program.command('keys'), say, io).description(say('help.keys'));
  add(keys, 'create <name>', 'help.keysCreate', async (cli, [name = ''], options) =>
    (await import('./commands/keys.ts')).keysCreateCommand(cli, name, options),
  )
    .option('--role <role>', say('option.role'))
    .option('--scope <scope>', say('option.scope'), many)
    .option('--days <n>', say('option.days'))
    .option('--e2b', say('option.e2b'));
  add(keys, 'list', 'help.keysList', async (cli) => (await import('./commands/keys.ts')).keysListCommand(cli));
  add(keys, 'revoke <key>', 'help.keysRevoke', async (cli, [id = '']) =>
    (await import('./commands/keys.ts')).keysRevokeCommand(cli, id),
  );

  const skill = base(program.command('skill'), say, io).description(say('help.skill'));
  const skills = () => import('./commands/skill.ts');
  add(skill, 'new <skill>', 'help.skillNew', async (cli, [name = ''], options) =>
    (await skills()).skillNewCommand(cli, name, options),
  ).option('--dir <folder>', say('option.skillNewDir'));
  add(skill, 'test <folder>', 'help.skillTest', async (cli, [folder = '']) =>
    (await skills()).skillTestCommand(cli, folder),
  );
  add(skill, 'list', 'help.skillList', async (cli) => (await skills()).skillListCommand(cli));
  add(skill, 'pack <folder>', 'help.skillPack', async (cli, [folder = ''], options) =>
    (await skills()).skillPackCommand(cli, folder, options),
  ).option('--out <file>', say('option.skillOut'));
  add(skill, 'add <archive>', 'help.skillAdd', async (cli, [archive = ''], options) =>
    (await skills()).skillAddCommand(cli, archive, options),
  )
    .option('--dir <folder>', say('option.skillDir'))
    .option('--replace', say('option.skillReplace'));

  const tools = base(program.command('tools'), say, io).description(say('help.tools'));
  const toolCommands = () => import('./commands/tools.ts');
  add(tools, 'list', 'help.toolsList', async (cli) => (await toolCommands()).toolsListCommand(cli));
  add(tools, 'search <query>', 'help.toolsSearch', async (cli, [query = '']) =>
    (await toolCommands()).toolsSearchCommand(cli, query),
  );
  add(tools, 'show <tool>', 'help.toolsShow', async (cli, [name = '']) =>
    (await toolCommands()).toolsShowCommand(cli, name),
  );
  add(tools, 'dry-run <tool> [arguments]', 'help.toolsDryRun', async (cli, [name = '', json], options) =>
    (await toolCommands()).toolsDryRunCommand(cli, name, json, options),
  ).option('--run <run>', say('option.toolsRun'));
  add(tools, 'usage', 'help.toolsUsage', async (cli, _, options) =>
    (await toolCommands()).toolsUsageCommand(cli, options),
  ).option('--since <day>', say('option.toolsSince'));

  const sandbox = base(program.command('sandbox'), say, io).description(say('help.sandbox'));
  const sandboxes = () => import('./commands/sandbox.ts');
  add(sandbox, 'env', 'help.sandboxEnv', async (cli) => (await sandboxes()).sandboxEnvCommand(cli));
  add(sandbox, 'list', 'help.sandboxList', async (cli) => (await sandboxes()).sandboxListCommand(cli));
  add(sandbox, 'kill <sandbox>', 'help.sandboxKill', async (cli, [id = '']) =>
    (await sandboxes()).sandboxKillCommand(cli, id),
  );
  add(sandbox, 'templates', 'help.sandboxTemplates', async (cli) => (await sandboxes()).sandboxTemplatesCommand(cli));

  addFiles(add, base(program.command('files'), say, io).description(say('help.files')), say);

  addMemory(add, base(program.command('memory'), say, io).description(say('help.memory')), say);

  const mcp = base(program.command('mcp'), say, io).description(say('help.mcp'));
  add(mcp, 'serve', 'help.mcpServe', async (cli) => (await import('./commands/mcp-serve.ts')).mcpServeCommand(cli));
  addMcpServers(add, mcp, say, many);

  add(program, 'doctor', 'help.doctor', async (cli, _, options) =>
    (await import('./commands/doctor.ts')).doctorCommand(cli, options),
  )
    .option('--models', say('option.models'))
    .option('--all', say('option.allLevels'));
  add(program, 'config', 'help.config', async (cli, _, options) =>
    (await import('./commands/config.ts')).configCommand(cli, options),
  ).option('--set <key=value>', say('option.set'), many);
  add(program, 'version', 'help.version', async (cli) => {
    cli.result({ version: VERSION, node: process.versions.node });
    cli.print(VERSION);
    return EXIT.OK;
  });
  return program;
}

type Add = (parent: Command, usage: string, key: MessageKey, run: Run) => Command;

function addSteering(add: Add, program: Command, say: Say, followOption: (command: Command) => Command): void {
  const load = () => import('./commands/control.ts');
  followOption(
    add(program, 'resume <run>', 'help.resume', async (cli, [id = ''], options) =>
      (await load()).resumeCommand(cli, id, options),
    ),
  );
  followOption(
    add(program, 'fork <run>', 'help.fork', async (cli, [id = ''], options) =>
      (await load()).forkCommand(cli, id, options),
    ),
  )
    .option('--at <seq>', say('option.at'))
    .option('--replay', say('option.replay'))
    .option('--agent <name>', say('option.forkAgent'))
    .option('--model <model>', say('option.forkModel'))
    .option('--task <task>', say('option.forkTask'));
  add(program, 'stop <run>', 'help.stop', async (cli, [id = '']) => (await load()).stopCommand(cli, id));
  add(program, 'cancel <run>', 'help.cancel', async (cli, [id = ''], options) =>
    (await load()).cancelCommand(cli, id, options),
  ).option('--reason <text>', say('option.reason'));
  add(program, 'approve <run> [action]', 'help.approve', async (cli, [id = '', action], options) =>
    (await load()).approveCommand(cli, id, action, options),
  )
    .option('--deny', say('option.deny'))
    .option('--choice <choice>', say('option.choice'))
    .option('--text <text>', say('option.text'));
}

type Many = (value: string, before: readonly string[] | undefined) => string[];

function addMcpServers(add: Add, mcp: Command, say: Say, many: Many): void {
  const load = () => import('./commands/mcp.ts');
  add(mcp, 'list', 'help.mcpList', async (cli) => (await load()).mcpListCommand(cli));
  add(mcp, 'add <server> <address> [words...]', 'help.mcpAdd', async (cli, [name = '', address = '', words], options) =>
    // Commander gives all that is left as one array.
    (await load()).mcpAddCommand(cli, name, address, (words ?? []) as readonly string[], options),
  )
    .option('--env <name=value>', say('option.mcpEnv'), many)
    .option('--header <name:value>', say('option.mcpHeader'), many);
  add(mcp, 'remove <server>', 'help.mcpRemove', async (cli, [name = '']) => (await load()).mcpRemoveCommand(cli, name));
  add(mcp, 'test <server>', 'help.mcpTest', async (cli, [name = '']) => (await load()).mcpTestCommand(cli, name));
  add(mcp, 'login <server>', 'help.mcpLogin', async (cli, [name = '']) => (await load()).mcpLoginCommand(cli, name));
  add(mcp, 'accept <server> [tool]', 'help.mcpAccept', async (cli, [name = '', tool]) =>
    (await load()).mcpAcceptCommand(cli, name, tool),
  );
}

function addFiles(add: Add, files: Command, say: Say): void {
  const load = () => import('./commands/files.ts');
  const change = (command: Command) =>
    command
      .option('--base <version>', say('option.fileBase'))
      .option('--fence <token>', say('option.fileFence'))
      .option('-m, --message <text>', say('option.fileMessage'));
  add(files, 'list [prefix]', 'help.filesList', async (cli, [prefix], options) =>
    (await load()).filesListCommand(cli, prefix, options),
  ).option('--deleted', say('option.fileDeleted'));
  add(files, 'cat <path> [version]', 'help.filesCat', async (cli, [path = '', version]) =>
    (await load()).filesCatCommand(cli, path, version),
  );
  change(
    add(files, 'put <path> <file>', 'help.filesPut', async (cli, [path = '', file = ''], options) =>
      (await load()).filesPutCommand(cli, path, file, options),
    ),
  );
  add(files, 'log <path>', 'help.filesLog', async (cli, [path = '']) => (await load()).filesLogCommand(cli, path));
  add(files, 'diff <path> <before> [after]', 'help.filesDiff', async (cli, [path = '', before = '', after]) =>
    (await load()).filesDiffCommand(cli, path, before, after),
  );
  change(
    add(files, 'rollback <path> <version>', 'help.filesRollback', async (cli, [path = '', version = ''], options) =>
      (await load()).filesRollbackCommand(cli, path, version, options),
    ),
  );
  change(
    add(files, 'rm <path>', 'help.filesRm', async (cli, [path = ''], options) =>
      (await load()).filesRemoveCommand(cli, path, options),
    ),
  );
  add(files, 'lock <path>', 'help.filesLock', async (cli, [path = ''], options) =>
    (await load()).filesLockCommand(cli, path, options),
  )
    .option('--ttl <seconds>', say('option.lockTtl'))
    .option('--wait <seconds>', say('option.lockWait'));
  add(files, 'unlock <path> <holder>', 'help.filesUnlock', async (cli, [path = '', holder = '']) =>
    (await load()).filesUnlockCommand(cli, path, holder),
  );
  add(files, 'sync <folder> <prefix>', 'help.filesSync', async (cli, [folder = '', prefix = ''], options) =>
    (await load()).filesSyncCommand(cli, folder, prefix, options),
  ).option('--delete', say('option.syncDelete'));
}

/** What commander says by itself, in our words. */
function base(command: Command, say: Say, io: Io): Command {
  const titles: Readonly<Record<string, MessageKey>> = {
    'Usage:': 'help.usage',
    'Options:': 'help.options',
    'Commands:': 'help.commands',
    'Arguments:': 'help.arguments',
    'Global Options:': 'help.globalOptions',
  };
  return command
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: () => undefined,
      outputError: () => undefined,
    })
    .configureHelp({
      styleTitle: (title) => {
        const key = titles[title];
        return key ? say(key) : title;
      },
      showGlobalOptions: true,
    })
    .helpOption('-h, --help', say('help.help'))
    .allowExcessArguments(false);
}
