import type { Action } from '../api/client.ts';

/** An action of each run that stands beside the other, or one that stands alone. */
export interface Aligned {
  /** `changed`: the same kind and name with other arguments. */
  readonly kind: 'same' | 'changed' | 'onlyA' | 'onlyB';
  readonly a: Action | undefined;
  readonly b: Action | undefined;
}

/** More actions of a run than this are not compared: the work grows with the product of both numbers. */
export const MOST_ACTIONS = 2000;

/**
 * The actions of two runs side by side: those that did the same are found as the longest common subsequence over kind, name
 * and arguments; between them, those of the same kind and name stand beside each other as changed.
 */
export function align(a: readonly Action[], b: readonly Action[]): Aligned[] {
  const [left, right] = [a.slice(0, MOST_ACTIONS), b.slice(0, MOST_ACTIONS)];
  const rows: Aligned[] = [];
  const pairs = commonPairs(left.map(keyOf), right.map(keyOf));
  let [i, j] = [0, 0];
  for (const [x, y] of [...pairs, [left.length, right.length] as const]) {
    rows.push(...alignGap(left.slice(i, x), right.slice(j, y)));
    if (x < left.length) rows.push({ kind: 'same', a: left[x], b: right[y] });
    [i, j] = [x + 1, y + 1];
  }
  return rows;
}

/** What is true of an action wherever and whenever it is done. */
function keyOf({ arguments: given, kind, name }: Action): string {
  return `${kind}\n${name}\n${stable(given)}`;
}

/** JSON in which the order of keys says nothing. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)));
  });
}

function alignGap(a: readonly Action[], b: readonly Action[]): Aligned[] {
  const rows: Aligned[] = [];
  const only = (kind: 'onlyA' | 'onlyB', actions: readonly Action[]) =>
    actions.map((action) => ({
      kind,
      a: kind === 'onlyA' ? action : undefined,
      b: kind === 'onlyB' ? action : undefined,
    }));
  const named = ({ kind, name }: Action) => `${kind}\n${name}`;
  let [i, j] = [0, 0];
  for (const [x, y] of commonPairs(a.map(named), b.map(named))) {
    rows.push(...only('onlyA', a.slice(i, x)), ...only('onlyB', b.slice(j, y)));
    rows.push({ kind: 'changed', a: a[x], b: b[y] });
    [i, j] = [x + 1, y + 1];
  }
  return [...rows, ...only('onlyA', a.slice(i)), ...only('onlyB', b.slice(j))];
}

/** The longest common subsequence of two lists, as pairs of indices. */
export function commonPairs(a: readonly string[], b: readonly string[]): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  let from = 0;
  let [endA, endB] = [a.length, b.length];
  // What both begin and end with needs no table; most runs that are compared differ in little.
  while (from < endA && from < endB && a[from] === b[from]) pairs.push([from, from++]);
  const tail: (readonly [number, number])[] = [];
  while (endA > from && endB > from && a[endA - 1] === b[endB - 1]) tail.push([--endA, --endB]);
  const [rows, columns] = [endA - from, endB - from];
  const width = columns + 1;
  // Cell (i, j): how long the longest is from there on.
  const lengths = new Uint16Array((rows + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = rows - 1; i >= 0; i -= 1) {
    for (let j = columns - 1; j >= 0; j -= 1) {
      const same = a[from + i] === b[from + j];
      lengths[i * width + j] = same ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  let [i, j] = [0, 0];
  while (i < rows && j < columns) {
    if (a[from + i] === b[from + j]) pairs.push([from + i++, from + j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return [...pairs, ...tail.toReversed()];
}
