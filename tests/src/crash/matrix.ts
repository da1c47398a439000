const EFFECTS = ['effect_read', 'effect_idempotent', 'effect_write', 'effect_reconcilable'] as const;
const POINTS = ['before-intent', 'after-intent', 'inside-tool', 'after-effect', 'after-outcome'] as const;
const MODEL_CALLS = [
  ['before-intent', 'm1'],
  ['after-intent', 'm1'],
  ['inside-model', 'm1'],
  ['inside-model', 'm2'],
  ['after-effect', 'm1'],
  ['after-outcome', 'm1'],
  ['after-outcome', 'm2'],
] as const;

/** One kill of the matrix: the scenario that runs, and where its first process dies (text of HOLDFAST_FAULT). */
export interface MatrixCase {
  readonly name: string;
  readonly scenario: string;
  readonly fault: string;
}

/** Every fault point, for every effect, alone and as one of five parallel calls, and around and inside model calls. */
export function matrixCases(): MatrixCase[] {
  const tools = EFFECTS.flatMap((effect) =>
    POINTS.flatMap((point) => [
      { name: `${point} ${effect} alone`, scenario: `${effect}-alone`, fault: `${point}@t1.0` },
      { name: `${point} ${effect} one of five`, scenario: `${effect}-parallel`, fault: `${point}@t1.2` },
    ]),
  );
  const models = MODEL_CALLS.map(([point, action]) => ({
    name: `${point} model call ${action}`,
    scenario: 'effect_write-parallel',
    fault: `${point}@${action}`,
  }));
  return [...tools, ...models];
}
