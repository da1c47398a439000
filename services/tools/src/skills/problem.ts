import { HoldfastError } from '@holdfast/protocol';

/** What is wrong with a skill, and where. */
export interface SkillProblem {
  /** Below the skill's folder; empty: the skill as a whole. */
  readonly file: string;
  /** From 1; 0: not known. */
  readonly line: number;
  readonly reason: string;
  /** `error`: this state of the skill is not taken. */
  readonly severity: 'error' | 'warning';
}

/** A problem in one line, as people read it: `tools/a.ts:3: ...`. */
export function problemText({ file, line, reason }: SkillProblem): string {
  if (file === '') return reason;
  return line > 0 ? `${file}:${line}: ${reason}` : `${file}: ${reason}`;
}

/** Carries problems out of a step that cannot go on. */
export class SkillBroken extends HoldfastError {
  readonly problems: readonly SkillProblem[];

  constructor(problems: readonly SkillProblem[]) {
    super('FAILED_PRECONDITION', problems.map(problemText).join('\n'));
    this.problems = problems;
  }
}

/** Refuses a skill for one reason. */
export function broken(file: string, reason: string, line = 0): SkillBroken {
  return new SkillBroken([{ file, line, reason, severity: 'error' }]);
}
