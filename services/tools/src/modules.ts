import { askHumanTool } from './ask-human.ts';
import { bashTool } from './bash/tool.ts';
import { countLanguagesTool } from './code/count-languages.ts';
import { licenceHeadersTool } from './code/licence-headers.ts';
import { MAX_TIMEOUT_MS, type ToolsConfig } from './config.ts';
import { csvProfileTool } from './csv/csv-profile.ts';
import { listFilesTool } from './files/list-files.ts';
import { readFileTool } from './files/read-file.ts';
import { searchFilesTool } from './files/search-files.ts';
import { writeFileTool } from './files/write-file.ts';
import { gitRepositoryTool } from './git/git-repository.ts';
import { logProfileTool } from './logs/log-profile.ts';
import type { ToolModule } from './tool.ts';

/** The tools that are shipped. */
export function toolModules({ bash }: Pick<ToolsConfig, 'bash'>): readonly ToolModule[] {
  return [
    bashTool({ allow: bash.allow, timeoutMs: bash.timeout_ms, maxTimeoutMs: MAX_TIMEOUT_MS }),
    readFileTool,
    listFilesTool,
    searchFilesTool,
    writeFileTool,
    gitRepositoryTool,
    countLanguagesTool,
    licenceHeadersTool,
    csvProfileTool,
    logProfileTool,
    askHumanTool,
  ];
}

/** Names that nothing else can have: those of the tools that are shipped. */
export function shippedToolNames(config: Pick<ToolsConfig, 'bash'>): ReadonlySet<string> {
  return new Set(toolModules(config).map(({ name }) => name));
}
