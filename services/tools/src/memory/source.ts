import type { MemoryApi } from '@holdfast/protocol';

import type { ToolSource } from '../tool.ts';
import { forgetTool } from './forget.ts';
import { recallTool } from './recall.ts';
import { relateTool } from './relate.ts';
import { rememberTool } from './remember.ts';

/** The tools by which agents use memory. They never change. */
export function memorySource(memory: MemoryApi): ToolSource {
  const tools = [rememberTool, recallTool, forgetTool, relateTool].map((make) => make(memory));
  return { name: 'memory', list: () => tools, onChange: () => () => undefined };
}
