/** How many code blocks the sample has. */
export const CODE_BLOCKS = 50;
/** The last words of the sample. */
export const LAST_WORDS = 'Nothing follows.';

const CHARS = 200_000;
const WORDS =
  'the worker keeps what is not final and posts the rest so that a page only appends while every chunk of a long answer comes in order and none is lost'.split(
    ' ',
  );
const CODE = {
  ts: (n: number) =>
    `/** Adds part ${n}. */\nexport async function part${n}(store: Store, key = 'k${n}'): Promise<number> {\n  const found = await store.get(key);\n  if (found === undefined) throw new Error(\`There is no \${key}.\`);\n  return found.length * ${n} + 0x1f;\n}\n`,
  python: (n: number) =>
    `def part_${n}(rows: list[dict]) -> int:\n    """Counts what is left of part ${n}."""\n    left = [row for row in rows if row.get("n", 0) > ${n}]\n    return sum(len(row["text"]) for row in left)  # bytes\n`,
  json: (n: number) => `{\n  "part": ${n},\n  "names": ["first", "second"],\n  "kept": true,\n  "size": ${n * 37}\n}\n`,
  bash: (n: number) =>
    `set -eu\nfor file in part-${n}/*.log; do\n  grep -c "error" "$file" || echo "none in $file"\ndone\n`,
} as const;
const LANGUAGES = Object.keys(CODE) as (keyof typeof CODE)[];

/**
 * An answer of a model as long ones are: 200 KB of Markdown with 50 blocks of code in four languages, headings, lists,
 * tables, links and emphasis. The same every time.
 */
export function sampleMarkdown(): string {
  const sections = Array.from({ length: CODE_BLOCKS }, (_, n) => section(n, CHARS / CODE_BLOCKS));
  return `${sections.join('')}${LAST_WORDS}\n`;
}

function section(n: number, chars: number): string {
  const language = LANGUAGES[n % LANGUAGES.length] ?? 'ts';
  let text = `## Part ${n}\n\n`;
  text += `- a point, **in bold**\n- another one with \`code ${n}\`\n  - and one below it\n\n`;
  text += `| name | value | unit |\n|---|---:|---|\n${`| row ${n} | ${n * 3} | ms |\n`.repeat(5)}\n`;
  const code = `\`\`\`${language}\n${Array.from({ length: 4 }, (_, at) => CODE[language](n * 4 + at)).join('\n')}\`\`\`\n\n`;
  let seed = n;
  while (text.length + code.length < chars) text += `${paragraph(seed++)}\n\n`;
  return text + code;
}

function paragraph(seed: number): string {
  const words = Array.from({ length: 60 }, (_, at) => {
    const word = WORDS[(seed * 7 + at * (1 + (seed % 5))) % WORDS.length] ?? '';
    if (at % 17 === 3) return `*${word}*`;
    if (at % 23 === 5) return `[${word}](https://example.org/${seed}/${at})`;
    return at % 19 === 7 ? `\`${word}\`` : word;
  });
  return `${words.join(' ')}.`;
}
