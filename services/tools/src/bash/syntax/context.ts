import type { ParsedScript } from 'unbash';

import { type EffectName, strongest } from '../verdict.ts';
import { OWN_PREFIX } from './names.ts';
import type { Scope } from './scope.ts';

/** What the check of one line carries along. */
export class Context {
  readonly scope: Scope;
  readonly cwd: string;
  readonly allow: ReadonlySet<string>;
  readonly #print: (script: ParsedScript) => string;
  readonly #printed = new WeakMap<ParsedScript, string>();
  #effect: EffectName = 'read';
  readonly #prologue: string[] = [];
  #count = 0;

  constructor(scope: Scope, cwd: string, allow: ReadonlySet<string>, print: (script: ParsedScript) => string) {
    this.scope = scope;
    this.cwd = cwd;
    this.allow = allow;
    this.#print = print;
  }

  /** Checks and prints the script of a substitution: once, however often it is asked, or nesting would be costly. */
  print(script: ParsedScript): string {
    const known = this.#printed.get(script);
    if (known !== undefined) return known;
    const printed = this.#print(script);
    this.#printed.set(script, printed);
    return printed;
  }

  /** The strongest effect of what was checked so far. */
  get effect(): EffectName {
    return this.#effect;
  }

  /** Notes that a part of the line has this effect. */
  has(effect: EffectName): void {
    this.#effect = strongest(this.#effect, effect);
  }

  /** Sets a variable of our own before the line starts, and gives its name. */
  constant(quoted: string): string {
    const name = `${OWN_PREFIX}${this.#count++}`;
    this.#prologue.push(`${name}=${quoted}`);
    return name;
  }

  /** Adds a definition before the line, once. */
  define(definition: string): void {
    if (!this.#prologue.includes(definition)) this.#prologue.push(definition);
  }

  /** What has to stand before the printed line. */
  get prologue(): string {
    return this.#prologue.map((line) => `${line}\n`).join('');
  }
}
