import { HoldfastError, type JsonObject, nearest } from '@holdfast/protocol';

import type { SecretsConfig } from './config.ts';
import { formsOf } from './forms.ts';

/** What agents may have typed without seeing it. */
export interface Secrets {
  /** The names that are configured. */
  readonly names: readonly string[];
  /**
   * Puts the values in place of `{{secret:NAME}}`, where all of these addresses may have them.
   *
   * @throws HoldfastError NOT_FOUND for an unknown name, REFUSED for an address that is none of its hosts,
   *   FAILED_PRECONDITION where the value is missing or too short to be kept out of texts. Nothing is revealed then.
   */
  reveal(text: string, frameUrls: readonly string[]): Promise<string>;
  /** Whether a value was revealed since the service started: only then is there anything to look for. */
  readonly isInUse: boolean;
  /** The text with the placeholder in place of every revealed value, also where it stands encoded. */
  redact(text: string): string;
  /** The same for every key and text of a value. */
  redactAll(value: JsonObject): JsonObject;
  /** Whether a revealed value stands in these bytes. */
  isIn(bytes: Uint8Array): boolean;
}

/** What the secrets are read from. */
export interface SecretsDeps {
  readonly config: SecretsConfig;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile: (path: string) => Promise<string>;
}

/** A shorter value would be found in texts that have nothing to do with it. */
const MIN_CHARS = 6;
const PLACEHOLDER = /\{\{\s*secret:\s*([\w-]+)\s*\}\}/g;

/** Whether there is a placeholder in the text. */
export function hasPlaceholder(text: string): boolean {
  return text.search(PLACEHOLDER) >= 0;
}

/** The secrets of the configuration. Each is read when it is used, so that a changed one needs no restart. */
export function createSecrets({ config, env, readFile }: SecretsDeps): Secrets {
  /** What to look for, with the placeholder that stands for it; longest first. */
  let known: readonly (readonly [form: string, placeholder: string])[] = [];
  const revealed = new Set<string>();

  const note = (name: string, value: string): void => {
    if (revealed.has(value)) return;
    revealed.add(value);
    const forms = formsOf(value).map((form) => [form, `{{secret:${name}}}`] as const);
    known = [...known, ...forms].toSorted(([a], [b]) => b.length - a.length);
  };
  const redact = (text: string): string => {
    let clean = text;
    for (const [form, placeholder] of known) clean = clean.replaceAll(form, () => placeholder);
    return clean;
  };
  const redactAny = (value: unknown): unknown => {
    if (typeof value === 'string') return redact(value);
    if (Array.isArray(value)) return value.map(redactAny);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [redact(key), redactAny(inner)]));
  };

  return {
    names: Object.keys(config),
    get isInUse() {
      return known.length > 0;
    },
    async reveal(text, frameUrls) {
      const values = new Map<string, string>();
      for (const [, name = ''] of text.matchAll(PLACEHOLDER)) {
        if (values.has(name)) continue;
        const secret = Object.hasOwn(config, name) ? config[name] : undefined;
        if (!secret) throw unknown(name, Object.keys(config));
        assertAllowed(name, secret.hosts, frameUrls);
        values.set(name, await valueOf(name, secret, env, readFile));
      }
      for (const [name, value] of values) note(name, value);
      return text.replaceAll(PLACEHOLDER, (_, name: string) => values.get(name) ?? '');
    },
    redact,
    redactAll: (value) => (known.length === 0 ? value : (redactAny(value) as JsonObject)),
    isIn(bytes) {
      if (known.length === 0) return false;
      const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      return known.some(([form]) => content.includes(form) || content.includes(form, 0, 'utf16le'));
    },
  };
}

function unknown(name: string, names: readonly string[]): HoldfastError {
  const near = nearest(name, names);
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
  const there = names.length === 0 ? 'None is configured (tools.secrets).' : `There are: ${names.join(', ')}.`;
  return new HoldfastError(
    'NOT_FOUND',
    `There is no secret "${name.slice(0, 64)}".${hint} ${there} Nothing was typed.`,
  );
}

/** Every frame around the field has to be one of the hosts: the page that holds it can read what is typed into it. */
function assertAllowed(name: string, hosts: readonly string[], frameUrls: readonly string[]): void {
  const origins = frameUrls.map((url) => URL.parse(url)?.origin ?? 'null');
  const foreign = origins.find((origin) => !hosts.includes(origin));
  if (origins.length > 0 && foreign === undefined) return;
  const where = foreign === undefined || foreign === 'null' ? 'a page without an address of its own' : foreign;
  const message = `The secret ${name} may not be typed into ${where}: tools.secrets.${name}.hosts allows ${hosts.join(', ')}. Nothing was typed.`;
  throw new HoldfastError('REFUSED', message);
}

async function valueOf(
  name: string,
  { env: variable, file }: SecretsConfig[string],
  env: SecretsDeps['env'],
  readFile: SecretsDeps['readFile'],
): Promise<string> {
  const key = `tools.secrets.${name}`;
  let value = '';
  if (variable !== undefined) value = env[variable] ?? '';
  else if (file !== undefined) {
    try {
      value = (await readFile(file)).replace(/\r?\n$/, '');
    } catch (cause) {
      const message = `The file of ${key} cannot be read. Nothing was typed. A person has to put it right.`;
      throw new HoldfastError('FAILED_PRECONDITION', message, { cause });
    }
  }
  if (value.length >= MIN_CHARS) return value;
  const what =
    value === '' ? 'has no value' : `is shorter than ${MIN_CHARS} characters, and could not be kept out of texts`;
  throw new HoldfastError('FAILED_PRECONDITION', `${key} ${what}. Nothing was typed. A person has to put it right.`);
}
