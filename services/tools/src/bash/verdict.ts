/** What repeating a command line does: the words of `commonpb.Effect`. */
export type EffectName = 'read' | 'idempotent' | 'write';

/** What the policy says of one command line. */
export type Verdict =
  | {
      readonly allowed: true;
      readonly effect: EffectName;
      /**
       * The line as it is to be run: printed anew from the syntax tree that was checked, every literal quoted. Bash
       * can therefore not read it differently from how it was checked. Never run the original text instead.
       */
      readonly script: string;
    }
  | {
      readonly allowed: false;
      /** The piece of the command line that broke the rule. */
      readonly word: string;
      /** The name of the rule, as in docs/bash.md. */
      readonly rule: Rule;
      /** A sentence for the model: what is not allowed, why, and what to write instead. */
      readonly message: string;
    };

/** Every reason for a refusal; docs/bash.md explains each. */
export type Rule =
  | 'syntax'
  | 'unsupported'
  | 'dynamic-command'
  | 'command'
  | 'interpreter'
  | 'option'
  | 'argument'
  | 'dynamic-argument'
  | 'program'
  | 'redirect'
  | 'path'
  | 'variable'
  | 'expansion'
  | 'arithmetic'
  | 'background'
  | 'size';

/** What an operator may change about the policy. */
export interface Policy {
  /** Names of further commands that are safe with any argument (`tools.bash.allow`). */
  readonly allow: readonly string[];
  /** Where the line starts: an absolute path under /workspace or /input. */
  readonly cwd: string;
}

/** The policy where nothing is configured. */
export const DEFAULT_POLICY: Policy = { allow: [], cwd: '/workspace' };

/** Thrown inside the policy where a rule is broken; {@link checkCommand} turns it into a verdict. */
export class Refusal extends Error {
  readonly word: string;
  readonly rule: Rule;

  constructor(rule: Rule, word: string, message: string) {
    super(message);
    this.name = 'Refusal';
    this.rule = rule;
    this.word = word;
  }
}

const RANK: Record<EffectName, number> = { read: 0, idempotent: 1, write: 2 };

/** The stronger of two effects. */
export function strongest(a: EffectName, b: EffectName): EffectName {
  return RANK[a] >= RANK[b] ? a : b;
}
