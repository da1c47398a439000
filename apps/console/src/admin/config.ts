import type { Schema } from '../api/client.ts';

/** One value of the configuration that is in force. */
export type ConfigValue = Schema<'EffectiveConfig'>['values'][number];

/** Values that belong together. */
export interface ConfigSection {
  /** `limits`, else the first word of their keys. */
  readonly name: string;
  readonly values: readonly ConfigValue[];
}

/** The values that bound what may be used up, in the order in which people ask for them. */
const LIMITS = [
  'agent.limits.',
  'agent.concurrency.',
  'gateway.rate_limit.',
  'gateway.body_limit',
  'gateway.upload_limit',
  'gateway.sse.max_per_caller',
  'sandbox.limits.',
  'auth.session_hours',
  'gateway.audit.keep_days',
] as const;

/** The values by section, limits first, without those that do not hold the words; empty sections are left out. */
export function sectionsOf(values: readonly ConfigValue[], words: string): ConfigSection[] {
  const wanted = words.trim().toLowerCase();
  const found = values.filter(({ description, environment, key, origin, value }) =>
    [key, description, environment, origin, textOfValue(value)].join('\n').toLowerCase().includes(wanted),
  );
  const limits = LIMITS.flatMap((prefix) => found.filter(({ key }) => key.startsWith(prefix)));
  const rest = found.filter((value) => !limits.includes(value));
  const names = [...new Set(rest.map(({ key }) => sectionOf(key)))];
  return [
    { name: 'limits', values: limits },
    ...names.map((name) => ({ name, values: rest.filter(({ key }) => sectionOf(key) === name) })),
  ].filter((section) => section.values.length > 0);
}

/** A value as it would be written in holdfast.yaml, on one line. */
export function textOfValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

/** What a bare number counts, as the end of its key says; undefined where it says nothing. */
export function unitOf(key: string): 'milliseconds' | 'bytes' | undefined {
  if (key.endsWith('_ms')) return 'milliseconds';
  return key.endsWith('_bytes') || key === 'gateway.body_limit' || key === 'gateway.upload_limit' ? 'bytes' : undefined;
}

function sectionOf(key: string): string {
  return key.split('.')[0] ?? key;
}
