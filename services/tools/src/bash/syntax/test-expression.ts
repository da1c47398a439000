import type { TestExpression, Word, WordPart } from 'unbash';

import { Refusal } from '../verdict.ts';
import { printPatternWord, printString } from './arg.ts';
import { printIndex, printNumericPart } from './arithmetic.ts';
import type { Context } from './context.ts';
import { toPieces } from './pieces.ts';
import { quote } from './quote.ts';

const UNARY = /^-[abcdefghkLGNOprsStuwxzn]$/;
const NUMERIC = /^-(eq|ne|lt|le|gt|ge)$/;
const FILES = /^-(nt|ot|ef)$/;

/** An operand of -eq and its like, which `[[ ]]` evaluates as arithmetic. */
function numeric(word: Word, ctx: Context): string {
  const parts = word.parts?.flatMap((part): readonly WordPart[] =>
    part.type === 'DoubleQuoted' ? part.parts : [part],
  );
  if (parts?.length === 1 && parts[0] && parts[0].type !== 'Literal') return `"${printNumericPart(parts[0], ctx)}"`;
  if (!word.parts || parts?.every((part) => part.type === 'Literal')) {
    return `"(${printIndex(word.value, undefined, ctx)})"`;
  }
  throw new Refusal(
    'arithmetic',
    word.text,
    `\`${word.text}\` is too involved for a comparison of numbers. Compute it first.`,
  );
}

function regex(word: Word, ctx: Context): string {
  const [only] = word.parts ?? [];
  if (word.parts?.length === 1 && (only?.type === 'SimpleExpansion' || only?.type === 'DoubleQuoted')) {
    return printPatternWord(word, ctx);
  }
  if (
    word.parts?.some(
      (part) =>
        !/^(Literal|Glob|SingleQuoted|ExtendedGlob|BraceExpansion)$/.test(part.type) || /["'$`]/.test(part.text),
    )
  ) {
    throw new Refusal(
      'expansion',
      word.text,
      `\`${word.text}\` is too involved. Put the pattern into a variable first: \`re='...'; [[ $x =~ $re ]]\`.`,
    );
  }
  return `\${${ctx.constant(quote(word.text))}}`;
}

/** Checks the inside of `[[ ]]` and prints it. */
export function printTest(node: TestExpression, ctx: Context): string {
  switch (node.type) {
    case 'TestLogical':
      return node.operands.map((operand) => printTest(operand, ctx)).join(` ${node.operator} `);
    case 'TestNot':
      return `${'! '.repeat(node.negations.length)}${printTest(node.operand, ctx)}`;
    case 'TestGroup':
      return `( ${printTest(node.expression, ctx)} )`;
    case 'TestUnary':
      if (!UNARY.test(node.operator)) {
        throw new Refusal(
          'option',
          node.operator,
          `\`[[ ${node.operator} \` is not allowed: it can run what is in a variable. Write [[ -n "\${x:-}" ]] to see whether x is set.`,
        );
      }
      return `${node.operator} ${printString(toPieces(node.operand, ctx))}`;
    case 'TestBinary': {
      const { operator } = node;
      if (NUMERIC.test(operator)) return `${numeric(node.left, ctx)} ${operator} ${numeric(node.right, ctx)}`;
      const left = printString(toPieces(node.left, ctx));
      if (operator === '=' || operator === '==' || operator === '!=') {
        return `${left} ${operator} ${printPatternWord(node.right, ctx)}`;
      }
      if (operator === '=~') return `${left} =~ ${regex(node.right, ctx)}`;
      if (operator === '<' || operator === '>' || FILES.test(operator)) {
        return `${left} ${operator} ${printString(toPieces(node.right, ctx))}`;
      }
      throw new Refusal('unsupported', operator, `\`${operator}\` is not known inside [[ ]].`);
    }
    default:
      throw new Refusal('unsupported', '[[', 'This part of [[ ]] is not understood.');
  }
}
