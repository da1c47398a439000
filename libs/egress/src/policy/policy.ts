import { HoldfastError } from '@holdfast/protocol';

import { type HostPattern, matchesHost, type Pattern, parsePattern } from './pattern.ts';
import { isPresetName, PRESETS } from './presets.ts';
import { type Target, targetText } from './target.ts';

/** One entry of the allow-list. As a plain text it is `{ host: text }`. */
export type AllowEntry =
  | string
  | {
      /** `example.org`, `*.example.org`, `*`, an address or a network, each with `:port` if wished; or a preset. */
      readonly host: string;
      /** The tunnel may carry anything, not only TLS or plain HTTP: for ssh and databases. Needs a port. */
      readonly raw?: boolean;
    };

/** The rules as they stand in the configuration. Everything is refused that `allow` does not name. */
export interface EgressRules {
  readonly allow: readonly AllowEntry[];
  /** Hosts as in `allow`, presets excepted. An entry without a port means every port. Denials win. */
  readonly deny: readonly string[];
  /** Names, addresses or networks that may be reached although they are private. */
  readonly allow_private: readonly string[];
  /** Whether TLS without a server name is let through. Without the name nobody knows who is spoken to. */
  readonly allow_no_sni: boolean;
}

interface AllowRule {
  readonly text: string;
  readonly hosts: HostPattern;
  /** Undefined: every port. */
  readonly ports: readonly number[] | undefined;
  readonly raw: boolean;
}

interface ListRule {
  readonly text: string;
  readonly pattern: Pattern;
}

/** Rules that were read and found valid. */
export interface EgressPolicy {
  /** Where the rules stand in the configuration: "sandbox.egress". */
  readonly key: string;
  readonly allow: readonly AllowRule[];
  readonly deny: readonly ListRule[];
  readonly allowPrivate: readonly ListRule[];
  readonly allowNoSni: boolean;
  /** A wider policy that this one can only narrow: what that refuses is refused. */
  readonly within?: EgressPolicy;
}

/** What the policy says of a target, by its name and port alone. `rule` is the entry, or `default`. */
export type PolicyDecision =
  | { readonly verdict: 'allow'; readonly rule: string; readonly raw: boolean }
  | { readonly verdict: 'deny'; readonly rule: string; readonly reason: string; readonly key: string };

const WEB_PORTS = [80, 443];

/**
 * Reads the rules.
 *
 * @param key where they stand in the configuration; messages and refusals name keys below it.
 * @throws HoldfastError CONFIG_INVALID naming the entry that cannot be read.
 */
export function compilePolicy(rules: EgressRules, key: string): EgressPolicy {
  if (rules.allow_private.includes('*')) {
    throw invalid(`${key}.allow_private`, '*', 'private hosts have to be named one by one');
  }
  const list = (name: 'deny' | 'allow_private') =>
    rules[name].map((text) => ({ text, pattern: read(text, `${key}.${name}`) }));
  return {
    key,
    allow: rules.allow.flatMap((entry) => allowRules(entry, `${key}.allow`)),
    deny: list('deny'),
    allowPrivate: list('allow_private'),
    allowNoSni: rules.allow_no_sni,
  };
}

/** What a part of the platform asks to reach of what is allowed to it. */
export interface EgressWish {
  /** As in the rules, but without a port an entry means every port that is allowed. Left out: all that is allowed. */
  readonly allow?: readonly string[];
  readonly deny: readonly string[];
}

/**
 * Makes a policy that allows what `wide` allows and the wish names. It can only narrow: whatever the wish says, nothing
 * that `wide` refuses is let through.
 *
 * @param key what messages call the place of the wish
 * @throws HoldfastError CONFIG_INVALID naming the entry that cannot be read.
 */
export function narrowPolicy(wide: EgressPolicy, wish: EgressWish, key: string): EgressPolicy {
  const { allow = ['*'], deny } = wish;
  const own = compilePolicy({ allow, deny, allow_private: [], allow_no_sni: wide.allowNoSni }, key);
  const anyPort = own.allow.map((rule) => ({
    ...rule,
    raw: true,
    ...(namesPort(rule.text) ? {} : { ports: undefined }),
  }));
  return { ...own, allow: anyPort, allowPrivate: wide.allowPrivate, within: wide };
}

function namesPort(text: string): boolean {
  return !isPresetName(text) && read(text, '').port !== undefined;
}

function allowRules(entry: AllowEntry, key: string): AllowRule[] {
  const { host: text, raw = false } = typeof entry === 'string' ? { host: entry } : entry;
  if (isPresetName(text) && !raw) {
    return PRESETS[text].map((name) => ({ text, hosts: { kind: 'exact', name }, ports: WEB_PORTS, raw: false }));
  }
  const { hosts, port } = read(text, key);
  if (raw && port === undefined) {
    throw invalid(key, text, 'an entry with raw: true has to name its port, as in "git.example.org:22"');
  }
  return [{ text, hosts, ports: port === undefined ? WEB_PORTS : [port], raw }];
}

function read(text: string, key: string): Pattern {
  const parsed = parsePattern(text);
  if ('refused' in parsed) throw invalid(key, text, parsed.refused);
  return parsed.pattern;
}

function invalid(key: string, text: string, why: string): HoldfastError {
  return new HoldfastError(
    'CONFIG_INVALID',
    `${key} has the entry "${text}", which cannot be read: ${why}. Nothing was changed. Write a name (example.org), its subdomains (*.example.org), a port (example.org:8443), a preset (${Object.keys(PRESETS).join(', ')}) or *.`,
    { details: { key } },
  );
}

/** The policy that no other one contains: what a narrower one cannot change is configured there. */
export function widest(policy: EgressPolicy): EgressPolicy {
  return policy.within ? widest(policy.within) : policy;
}

/** Decides on a target before anything is resolved or dialled. */
export function decide(policy: EgressPolicy, target: Target): PolicyDecision {
  const wider = policy.within && decide(policy.within, target);
  if (wider?.verdict === 'deny') return wider;
  const own = decideAlone(policy, target);
  if (own.verdict === 'deny' || !wider) return own;
  return { ...own, raw: own.raw && wider.raw };
}

function decideAlone(policy: EgressPolicy, target: Target): PolicyDecision {
  const denied = policy.deny.find(
    ({ pattern }) => matchesHost(pattern.hosts, target) && (pattern.port ?? target.port) === target.port,
  );
  if (denied) {
    const key = `${policy.key}.deny`;
    return {
      verdict: 'deny',
      rule: denied.text,
      reason: `${targetText(target)} is denied by "${denied.text}" in ${key}`,
      key,
    };
  }
  const known = policy.allow.filter(({ hosts }) => matchesHost(hosts, target));
  const allowed = known.filter(({ ports }) => ports?.includes(target.port) ?? true);
  const [first] = allowed;
  if (first) {
    const rule = allowed.find(({ raw }) => raw) ?? first;
    return { verdict: 'allow', rule: rule.text, raw: rule.raw };
  }
  const key = `${policy.key}.allow`;
  const reason =
    known[0] === undefined
      ? `${targetText(target)} is not in ${key}`
      : `${key} has "${known[0].text}", but not for port ${target.port}`;
  return { verdict: 'deny', rule: 'default', reason, key };
}
