import { type Arg, mayBeOption } from '../syntax/arg.ts';
import { quote } from '../syntax/quote.ts';
import type { EffectName } from '../verdict.ts';
import { type Call, type CommandRule, oneWord, refuse } from './rule.ts';

/** The options that one command may be given; all others are refused. */
export interface Options {
  /** Letters of short options without a value. */
  readonly flags?: string;
  /** Letters of short options with a value. */
  readonly values?: string;
  /** Letters whose value, if any, is attached. */
  readonly attached?: string;
  /** Long options, without dashes; one with a value ends in `=`, one with an optional value in `[=]`. */
  readonly long?: readonly string[];
  /** Whether `-12` is understood. */
  readonly digits?: boolean;
  /** Whether values are printed as one word with their option, so that no option can ever take the next word. */
  readonly joined?: boolean;
  /** Why other options are refused, and what to do instead. */
  readonly hint: string;
}

/** A call, taken apart. */
export interface Parsed {
  /** Options and their values, printed in their order. */
  readonly options: readonly string[];
  /** Values by option: `-o` or `--output`. */
  readonly found: ReadonlyMap<string, readonly (Arg | string)[]>;
  readonly operands: readonly Arg[];
}

class Parser {
  readonly #call: Call;
  readonly #allowed: Options;
  readonly #printed: string[] = [];
  readonly #found = new Map<string, (Arg | string)[]>();
  readonly #operands: Arg[] = [];
  #at = 0;

  constructor(call: Call, allowed: Options) {
    this.#call = call;
    this.#allowed = allowed;
  }

  parse(permute: boolean): Parsed {
    const { args } = this.#call;
    while (this.#at < args.length) {
      const arg = args[this.#at++] as Arg;
      if (arg.literal === '--') {
        this.#operands.push(...args.slice(this.#at));
        break;
      }
      if (arg.lead.startsWith('--') && arg.lead.length > 2) this.#long(arg);
      else if (arg.literal !== undefined && arg.literal.length > 1 && arg.literal.startsWith('-')) {
        this.#short(arg, arg.literal);
      } else if (arg.lead.startsWith('-') && arg.literal === undefined) this.#attachedValue(arg);
      else {
        this.#operands.push(arg);
        if (!permute) {
          this.#operands.push(...args.slice(this.#at));
          break;
        }
      }
    }
    return { options: this.#printed, found: this.#found, operands: this.#operands };
  }

  #note(option: string, value: Arg | string): void {
    this.#found.set(option, [...(this.#found.get(option) ?? []), value]);
  }

  #refuse(word: string): Error {
    return refuse(this.#call, 'option', word, `the option is not on the list. ${this.#allowed.hint}`);
  }

  #next(option: string): string {
    const value = this.#call.args[this.#at++];
    if (value === undefined) throw refuse(this.#call, 'option', option, 'its value is missing.');
    this.#note(option, value);
    return oneWord(this.#call, value);
  }

  #long(arg: Arg): void {
    const equals = arg.lead.indexOf('=');
    if (arg.literal === undefined && equals === -1) throw this.#refuse(arg.text);
    const name = equals === -1 ? arg.lead.slice(2) : arg.lead.slice(2, equals);
    const long = this.#allowed.long ?? [];
    const [plain, valued, optional] = [name, `${name}=`, `${name}[=]`].map((entry) => long.includes(entry));
    if (equals !== -1 && (valued || optional)) {
      this.#note(`--${name}`, arg.literal === undefined ? arg : arg.literal.slice(equals + 1));
      this.#printed.push(oneWord(this.#call, arg));
    } else if (equals === -1 && (plain || optional)) {
      this.#note(`--${name}`, '');
      this.#printed.push(quote(arg.lead));
    } else if (equals === -1 && valued) {
      const value = this.#next(`--${name}`);
      this.#printed.push(...(this.#allowed.joined ? [`${quote(`${arg.lead}=`)}${value}`] : [quote(arg.lead), value]));
    } else {
      throw this.#refuse(equals === -1 ? arg.text : `--${name}`);
    }
  }

  #short(arg: Arg, value: string): void {
    if (this.#allowed.digits && /^-\d+$/.test(value)) {
      this.#printed.push(value);
      return;
    }
    for (let index = 1; index < value.length; index++) {
      const letter = value.charAt(index);
      const rest = value.slice(index + 1);
      if (this.#allowed.flags?.includes(letter)) {
        this.#note(`-${letter}`, '');
        continue;
      }
      if (this.#allowed.attached?.includes(letter)) {
        this.#note(`-${letter}`, rest);
        break;
      }
      if (!this.#allowed.values?.includes(letter)) {
        throw this.#refuse(value.length > 2 ? `-${letter} (in ${arg.text})` : arg.text);
      }
      if (rest === '') {
        const next = this.#next(`-${letter}`);
        this.#printed.push(...(this.#allowed.joined ? [`${quote(value)}${next}`] : [quote(value), next]));
        return;
      }
      this.#note(`-${letter}`, rest);
      break;
    }
    this.#printed.push(quote(value));
  }

  /** `-n"$x"`: an option letter that is known, and a value that is not. */
  #attachedValue(arg: Arg): void {
    const letter = arg.lead.charAt(1);
    if (arg.lead.length === 2 && letter !== '' && this.#allowed.values?.includes(letter)) {
      this.#note(`-${letter}`, arg);
      this.#printed.push(oneWord(this.#call, arg));
      return;
    }
    throw refuse(this.#call, 'dynamic-argument', arg.text, 'it could become any option. Write the options out.');
  }
}

/** Takes the arguments of a call apart as getopt_long does; abbreviated long options are refused with the others. */
export function parseOptions(call: Call, allowed: Options, permute = true): Parsed {
  return new Parser(call, allowed).parse(permute);
}

/** Options and operands as they are printed: `--` keeps an operand that is not known from becoming an option. */
export function printParsed(parsed: Parsed, operands = parsed.operands): string[] {
  const guard = operands.some((arg) => arg.splits || mayBeOption(arg));
  return [...parsed.options, ...(guard ? ['--'] : []), ...operands.map((arg) => arg.single ?? arg.printed)];
}

/** A command whose options are checked against a list, and whose operands are only read. */
export function reader(allowed: Options, more?: (call: Call, parsed: Parsed) => void): CommandRule {
  return {
    anyArgument: false,
    program: true,
    check: (call) => {
      const parsed = parseOptions(call, allowed);
      more?.(call, parsed);
      const effect: EffectName = 'read';
      return { args: printParsed(parsed), effect };
    },
  };
}
