import { HoldfastError } from '@holdfast/protocol';
import { TypeOverrides } from 'pg';

const INT8 = 20;
const NUMERIC = 1700;

/** How values of the wire become JavaScript values: `bigint` and `count(*)` as numbers, the rest as pg does it. */
export const valueTypes = new TypeOverrides();
valueTypes.setTypeParser(INT8, toInteger);
valueTypes.setTypeParser(NUMERIC, Number);

/** SQLite refuses such a number too: half of one digit off is worse than an error. */
function toInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new HoldfastError('INTERNAL', `The database holds the integer ${text}, which JavaScript cannot hold exactly.`);
}
