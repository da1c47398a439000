import { type Call, refuse } from './rule.ts';

/** Reads a sed script; throws the refusal of whatever writes, runs, or is not understood. */
class SedScript {
  readonly #call: Call;
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(call: Call, text: string) {
    this.#call = call;
    this.#text = text;
  }

  check(): void {
    for (;;) {
      this.#skip(/[\s;]*/y);
      if (this.#at >= this.#text.length) break;
      this.#command();
    }
    if (this.#depth !== 0) throw this.#refuse('{', 'a brace of the script is not closed.');
  }

  #refuse(word: string, why: string): Error {
    return refuse(this.#call, 'program', word, why);
  }

  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #take(): string {
    const char = this.#text.charAt(this.#at);
    this.#at++;
    return char;
  }

  /** Up to the next `delimiter`, as every sed reads it. */
  #upTo(delimiter: string, what: string): void {
    if (!/^[^\s\\A-Za-z0-9[\]]$/.test(delimiter)) {
      throw this.#refuse(what, 'the character that separates its parts must be punctuation such as / | # or ,.');
    }
    while (this.#at < this.#text.length) {
      const char = this.#take();
      if (char === '\\') this.#at++;
      else if (char === '\n') throw this.#refuse(what, 'a line break in a pattern must be written as \\n.');
      else if (char === '[') this.#bracket(delimiter, what);
      else if (char === delimiter) return;
    }
    throw this.#refuse(what, `the closing \`${delimiter}\` is missing.`);
  }

  /** The rest of a bracket expression: only such as every sed ends at the same place. */
  #bracket(delimiter: string, what: string): void {
    const rest = this.#skip(/\^?\]?(?:\[:[a-z]+:\]|\\[^\]\\\n]|[^[\]\\\n])*\]/y);
    if (what === 'y' || rest === '' || rest.replaceAll(/\\./g, '').includes(delimiter)) {
      throw this.#refuse(
        what,
        `brackets that hold \`${delimiter}\`, \`[\` or \`\\]\` are read differently by different seds. Use another separator, as in s|[/]|x|.`,
      );
    }
  }

  #address(): boolean {
    const start = this.#at;
    if (this.#skip(/\d+/y) !== '' || this.#skip(/\$/y) !== '') return true;
    if (this.#text[this.#at] === '/') {
      this.#at++;
      this.#upTo('/', 'address');
    } else if (this.#text[this.#at] === '\\') {
      this.#at++;
      this.#upTo(this.#take(), 'address');
    }
    if (this.#at > start) this.#skip(/[IM]*/y);
    return this.#at > start;
  }

  #command(): void {
    if (this.#address()) {
      this.#skip(/\s*~\s*\d+/y);
      if (this.#skip(/\s*,\s*/y) !== '' && this.#skip(/[+~]\d+/y) === '' && !this.#address()) {
        throw this.#refuse(',', 'the second address is missing.');
      }
    }
    this.#skip(/[\s!]*/y);
    const name = this.#take();
    switch (name) {
      case '{':
        this.#depth++;
        return;
      case '}':
        this.#depth--;
        break;
      case '#':
        this.#skip(/[^\n]*/y);
        return;
      case '=':
      case 'd':
      case 'D':
      case 'g':
      case 'G':
      case 'h':
      case 'H':
      case 'n':
      case 'N':
      case 'p':
      case 'P':
      case 'x':
      case 'z':
      case 'F':
        break;
      case 'l':
      case 'q':
      case 'Q':
        this.#skip(/[ \t]*\d*/y);
        break;
      case 'a':
      case 'i':
      case 'c':
        // The text runs to the end of the line; a backslash at the end continues it.
        this.#skip(/(?:\\[\s\S]|[^\\\n])*/y);
        return;
      case ':':
        this.#skip(/[ \t]*[\w.-]+/y);
        break;
      case 'b':
      case 't':
      case 'T':
        this.#skip(/[ \t]*[\w.-]*/y);
        break;
      case 'y':
      case 's':
        this.#substitution(name);
        break;
      default:
        throw this.#refuse(
          name,
          'e, r, R, w and W read files, write files or run programs, and other letters are not known. Redirect the output of sed instead.',
        );
    }
    this.#end(name);
  }

  #substitution(name: string): void {
    const delimiter = this.#take();
    this.#upTo(delimiter, name);
    // In the second part brackets are plain characters.
    for (;;) {
      const char = this.#take();
      if (char === '') throw this.#refuse(name, `the closing \`${delimiter}\` is missing.`);
      if (char === '\\') this.#at++;
      else if (char === delimiter) break;
    }
    if (name === 'y') return;
    const flags = this.#skip(/[^\s;}#]*/y);
    if (!/^[gpiIM0-9]*$/.test(flags)) {
      throw this.#refuse(
        `s///${flags}`,
        'only the flags g, p, i, I, M and a number are allowed: e runs a program, w writes a file.',
      );
    }
  }

  #end(name: string): void {
    this.#skip(/[ \t]*/y);
    const next = this.#text[this.#at];
    if (next === undefined || next === '\n' || next === ';' || next === '}' || next === '#') return;
    throw this.#refuse(name, `\`${next}\` after this command is not understood. Separate commands by ; or -e.`);
  }
}

/**
 * Checks a sed script: it may only select, edit and print.
 *
 * @throws Refusal where it writes a file, runs a program, or is not understood.
 */
export function checkSed(call: Call, text: string): void {
  new SedScript(call, text).check();
}
