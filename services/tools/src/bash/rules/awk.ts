import { type Call, refuse } from './rule.ts';

/** More places than this where `/` can be a division or begin a pattern are not tried out. */
const MOST_CHOICES = 10;

interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'regex' | 'operator' | 'newline';
  readonly text: string;
}

const TOKEN =
  /(?<space>[ \t\r]+|\\\r?\n|#[^\n]*)|(?<newline>\n)|(?<name>[A-Za-z_]\w*)|(?<number>0[xX][0-9a-fA-F]+|\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)|(?<string>"(?:\\[\s\S]|[^"\\\n])*")|(?<operator>\|\||\||>>|>=|<=|==|!=|&&|\+\+|--|\*\*=?|[-+*%^]=|[-+*%^!~<>=?:;,(){}[\]$])/y;
/** A pattern as awks read it that know of brackets, and as those that do not. */
const REGEXES = [
  /\/(?:\\[^\n]|\[\^?\]?(?:\[:[a-z]+:\]|\\[^\n]|[^\]\n\\])*\]|[^/\n\\[])*\//y,
  /\/(?:\\[^\n]|\[(?:\[:[a-z]+:\]|\\[^\n]|[^\]\n\\])*\]|[^/\n\\[])*\//y,
  /\/(?:\\[^\n]|[^/\n\\])*\//y,
];

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/**
 * Every way in which awk could read the program: a `/` may divide or begin a pattern, which depends on the grammar of
 * the awk that is installed. Ways that lead nowhere are left out.
 */
function readings(text: string, at: number, before: readonly Token[], choices: { left: number }): Token[][] {
  const tokens = [...before];
  let position = at;
  while (position < text.length) {
    if (text[position] === '/') {
      const last = tokens.at(-1);
      const found: Token[][] = [];
      if (--choices.left < 0) return [];
      const regexes = last?.kind === 'number' ? [] : REGEXES.map((pattern) => matchAt(pattern, text, position));
      for (const regex of new Set(regexes)) {
        if (regex === undefined) continue;
        found.push(...readings(text, position + regex.length, [...tokens, { kind: 'regex', text: regex }], choices));
      }
      if (
        last !== undefined &&
        /^(name|number|string|regex)$|^operator$/.test(last.kind) &&
        !/^[,({;!~&|=<>]|^print/.test(last.text)
      ) {
        const width = text[position + 1] === '=' ? 2 : 1;
        const token: Token = { kind: 'operator', text: text.slice(position, position + width) };
        found.push(...readings(text, position + width, [...tokens, token], choices));
      }
      return found;
    }
    TOKEN.lastIndex = position;
    const groups = TOKEN.exec(text)?.groups;
    if (!groups) return [];
    const [kind, value] = Object.entries(groups).find(([, found]) => found !== undefined) ?? ['space', ''];
    if (kind !== 'space') tokens.push({ kind: kind as Token['kind'], text: value ?? '' });
    position = TOKEN.lastIndex;
  }
  return [tokens];
}

/** Refuses pipes, and redirections of print and printf, in one reading of the program. */
function checkReading(call: Call, tokens: readonly Token[]): void {
  let printing = false;
  let depth = 0;
  for (const { kind, text } of tokens) {
    if (kind === 'name' && (text === 'print' || text === 'printf')) {
      printing = true;
      depth = 0;
    }
    if (kind !== 'operator') continue;
    if (text === '(' || text === '[') depth++;
    else if (text === ')' || text === ']') depth--;
    else if ((text === ';' || text === '}') && depth <= 0) printing = false;
    else if (text === '|') {
      throw refuse(
        call,
        'program',
        '|',
        'a pipe inside awk runs a program. Put the pipe behind awk: `awk ... | sort`.',
      );
    } else if (text === '>>' || (text === '>' && printing && depth <= 0)) {
      throw refuse(
        call,
        'program',
        text,
        'after print it writes a file. Redirect the output of awk instead; for a comparison write `print (a > b)`.',
      );
    }
  }
}

/**
 * Checks an awk program: it may only read its input and print.
 *
 * @throws Refusal where it runs a program, writes a file, reads other input, or is not understood.
 */
export function checkAwk(call: Call, text: string): void {
  // Wherever they stand, also in text: an awk may read the program otherwise than this does.
  const joined = `${text}\n${text.replaceAll(/\\\r?\n/g, '')}`;
  const word = /\b(system|getline|include|load|namespace|extension|close|fflush)\b|@|\/inet|\/dev\//.exec(joined)?.[0];
  if (word !== undefined) {
    throw refuse(
      call,
      'program',
      word,
      'awk may only read its input and print. Leave it out, also in text and patterns (grep can look for such words).',
    );
  }
  const choices = { left: MOST_CHOICES * 4 };
  const found = readings(text, 0, [], choices);
  if (found.length === 0 || choices.left < 0) {
    throw refuse(
      call,
      'program',
      text.length > 60 ? `${text.slice(0, 60)}...` : text,
      'this awk program is not understood. Use fewer `/`, or do it with grep, sed, cut and sort.',
    );
  }
  for (const tokens of found) checkReading(call, tokens);
}
