import type { JsonObject, JsonValue } from '@holdfast/protocol';
import type { CallToolResult, ContentBlock } from '@modelcontextprotocol/client';

import { saveFile } from '../files/save.ts';
import type { ToolContext, ToolOutcome } from '../tool.ts';

const MOST_BLOCKS = 200;
const MAX_ARTIFACT_BYTES = 64 * 1024 * 1024;

const ENDINGS: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/svg+xml': 'svg',
  'audio/wav': 'wav',
  'audio/mpeg': 'mp3',
  'audio/ogg': 'ogg',
  'application/pdf': 'pdf',
  'application/json': 'json',
  'text/plain': 'txt',
  'text/markdown': 'md',
  'text/html': 'html',
  'text/csv': 'csv',
};

/** Where files of a call are kept. */
export interface FilesOf {
  readonly context: ToolContext;
  /** The namespaced name of the tool. */
  readonly tool: string;
}

/**
 * What a server answered as the result of a tool: text as text, pictures, sound and binary resources as files of the
 * workspace. A result that says isError is a failure of the tool, not of the server.
 */
export async function outcomeOf(result: CallToolResult, files: FilesOf): Promise<ToolOutcome> {
  const artifacts: string[] = [];
  const texts: string[] = [];
  const others: JsonObject[] = [];
  const blocks = result.content ?? [];
  for (const [n, block] of blocks.slice(0, MOST_BLOCKS).entries()) {
    const shown = await showBlock(block, n, files, artifacts);
    if (typeof shown === 'string') texts.push(shown);
    else others.push(shown);
  }
  if (blocks.length > MOST_BLOCKS)
    texts.push(`${blocks.length - MOST_BLOCKS} further parts of the result are left out.`);
  const text = texts.join('\n');
  const value: JsonObject = {
    ...(text === '' ? {} : { text }),
    ...(result.structuredContent === undefined ? {} : { structured: result.structuredContent as JsonValue }),
    ...(others.length === 0 ? {} : { content: others }),
  };
  if (result.isError !== true) return { ok: true, value, artifacts };
  const message = text === '' ? 'The tool says that it failed, and nothing more.' : text.slice(0, 4000);
  return { ok: false, code: 'TOOL_FAILED', message, value, artifacts };
}

async function showBlock(
  block: ContentBlock,
  n: number,
  files: FilesOf,
  artifacts: string[],
): Promise<string | JsonObject> {
  switch (block.type) {
    case 'text':
      return block.text;
    case 'image':
    case 'audio': {
      const { type, mimeType } = block;
      return { type, mimeType, ...(await keep(block.data, mimeType, n, files, artifacts)) };
    }
    case 'resource_link': {
      const { uri, name, mimeType = '', description = '' } = block;
      return { type: 'resource_link', uri, name, mimeType, description };
    }
    case 'resource': {
      const { resource } = block;
      const { uri, mimeType = '' } = resource;
      if ('text' in resource) return { type: 'resource', uri, mimeType, text: resource.text };
      return { type: 'resource', uri, mimeType, ...(await keep(resource.blob, mimeType, n, files, artifacts)) };
    }
    default:
      return { type: 'unknown' };
  }
}

/** Keeps base64 as a file, named after the call. */
export async function keep(
  base64: string,
  mimeType: string,
  n: number,
  { context, tool }: FilesOf,
  artifacts: string[],
): Promise<{ file: string; bytes: number } | { problem: string }> {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length > MAX_ARTIFACT_BYTES) {
    return { problem: `It has ${bytes.length} bytes, more than the ${MAX_ARTIFACT_BYTES} that are kept.` };
  }
  const call = context.actionId.replaceAll(/[^\w-]/g, '_').slice(0, 80);
  const file = await saveFile(context, `mcp/${tool}/${call}-${n + 1}.${ENDINGS[mimeType] ?? 'bin'}`, bytes);
  artifacts.push(file);
  return { file, bytes: bytes.length };
}
