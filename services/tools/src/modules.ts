import { askHumanTool } from './ask-human.ts';
import type { ToolsConfig } from './config.ts';
import { listFilesTool } from './files/list-files.ts';
import { readFileTool } from './files/read-file.ts';
import { searchFilesTool } from './files/search-files.ts';
import { writeFileTool } from './files/write-file.ts';
import type { ToolModule } from './tool.ts';

/** The tools that are shipped. */
export function toolModules(_config: ToolsConfig): readonly ToolModule[] {
  return [readFileTool, listFilesTool, searchFilesTool, writeFileTool, askHumanTool];
}
