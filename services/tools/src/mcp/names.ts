import { createHash } from 'node:crypto';

/** What all model providers take as the name of a tool. */
const LONGEST = 64;
const HASH_CHARS = 8;

/**
 * The name under which models see a tool of a server: `mcp__<server>__<tool>`. What providers do not take is replaced
 * and what is too long is cut; then a hash of the true names follows, so that no two tools get one name.
 */
export function namespacedName(server: string, tool: string): string {
  const plain = `mcp__${server}__${tool}`;
  const clean = plain.replaceAll(/[^a-zA-Z0-9_-]/g, '_');
  // With two underscores inside of it, or one at its end, a server's name could reach into that of the tool.
  const ambiguous = server.includes('__') || server.endsWith('_');
  if (clean === plain && plain.length <= LONGEST && !ambiguous) return plain;
  const hash = createHash('sha256')
    .update(JSON.stringify([server, tool]))
    .digest('hex')
    .slice(0, HASH_CHARS);
  return `${clean.slice(0, LONGEST - HASH_CHARS - 1)}_${hash}`;
}
