import { parse } from 'yaml';
import { z } from 'zod';

import { broken, SkillBroken } from '../problem.ts';

const RightsSchema = z.strictObject({
  /** Domains that its code may reach, of those that sandbox.egress allows. */
  network: z.array(z.string().min(1)).default([]),
  /** The files of the run whose call it answers. */
  files: z.enum(['none', 'read', 'write']).default('none'),
  /** A SQL database of its own. */
  database: z.boolean().default(false),
  /** Keys of its own in Redis. */
  redis: z.boolean().default(false),
  /** The platform's memory. */
  memory: z.boolean().default(false),
  /** Environment variables of the service, of those that tools.skills.env names. */
  env: z.array(z.string()).default([]),
});

const ManifestSchema = z.strictObject({
  rights: RightsSchema.prefault({}),
  /** The isolation that its code asks for. Left out: the configured one. */
  level: z.enum(['process', 'container']).optional(),
});

/** What the code of a skill may do. */
export type SkillRights = z.infer<typeof RightsSchema>;
/** What holdfast.yaml, or `metadata.holdfast` of SKILL.md, says. */
export type SkillManifest = z.infer<typeof ManifestSchema>;

/** Where the manifest lies. */
export const MANIFEST_FILE = 'holdfast.yaml';

/**
 * The manifest of a skill; of one that has none: no right at all.
 *
 * @param file the content of holdfast.yaml, if it is there: it wins
 * @param metadata `metadata.holdfast`: the same, as a map or as text in YAML
 * @throws SkillBroken for a key or right that does not exist.
 */
export function parseManifest(file: string | undefined, metadata: unknown): SkillManifest {
  const where = file === undefined ? 'SKILL.md' : MANIFEST_FILE;
  const given = file ?? metadata;
  let value: unknown;
  try {
    value = typeof given === 'string' ? parse(given, { maxAliasCount: 0 }) : given;
  } catch (error) {
    throw broken(where, `The manifest is no YAML: ${error instanceof Error ? error.message.split('\n')[0] : ''}`);
  }
  const parsed = ManifestSchema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  throw new SkillBroken(
    parsed.error.issues.map(({ path, message }) => ({
      file: where,
      line: 0,
      reason: `${path.join('.') || 'manifest'}: ${message}`,
      severity: 'error',
    })),
  );
}

/** A built-in token that a skill's code wants, and the right that gives it. */
export function missingRight(need: string, rights: SkillRights): string | undefined {
  const held: Readonly<Record<string, boolean>> = {
    database: rights.database,
    redis: rights.redis,
    memory: rights.memory,
    http: rights.network.length > 0,
    files: rights.files !== 'none',
    logger: true,
  };
  if (held[need]) return undefined;
  const right = need === 'http' ? 'network' : need;
  return `It injects ${need}, but its rights do not have "${right}". Add it to ${MANIFEST_FILE}.`;
}
