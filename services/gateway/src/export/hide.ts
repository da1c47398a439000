import { isSecretKey, REDACTED, redactText } from '@holdfast/telemetry';

/** Changes one text of an export. */
export type Hide = (text: string) => string;

/** A copy of a JSON value in which every text has been through `hide`, and fields named as secrets hold none. */
export function hideIn<T>(value: T, hide: Hide): T {
  return hidden(value, hide) as T;
}

function hidden(value: unknown, hide: Hide): unknown {
  if (typeof value === 'string') return hide(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => hidden(item, hide));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]: [string, unknown]) => {
      const isSecret = isSecretKey(key) && typeof item !== 'boolean' && item !== null && item !== '';
      return [hide(key), isSecret ? REDACTED : hidden(item, hide)];
    }),
  );
}

/** Takes secrets out: what looks like a key, a bearer token, a password in a URL. */
export const hideSecrets: Hide = redactText;

/** A path of the host, and what stands in its place. */
export interface HostPath {
  readonly path: string;
  readonly instead: string;
}

/** Takes paths of the host and addresses of people out, beside secrets. */
export function hideForStrangers(paths: readonly HostPath[], emails: readonly string[]): Hide {
  const longestFirst = paths
    .map(({ instead, path }) => ({ instead, path: path.replace(/\/+$/, '') }))
    .filter(({ path }) => path !== '')
    .toSorted((a, b) => b.path.length - a.path.length);
  const replace = longestFirst.map(({ instead, path }) => ({
    pattern: new RegExp(`${escaped(path)}(?![\\w.-])`, 'g'),
    instead,
  }));
  const people = emails.map((email) => new RegExp(escaped(email), 'gi'));
  return (text) => {
    let shown = text;
    for (const { instead, pattern } of replace) shown = shown.replaceAll(pattern, () => instead);
    for (const pattern of people) shown = shown.replaceAll(pattern, REDACTED);
    return redactText(shown);
  };
}

function escaped(text: string): string {
  return text.replaceAll(/[$()*+./?[\\\]^{|}-]/g, String.raw`\$&`);
}
