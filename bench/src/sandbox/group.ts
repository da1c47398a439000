import type { Figure } from '../report.ts';

/** Figures that are measured together, with the bare tool beside ours. */
export interface FigureGroup {
  /** For `--only`. */
  readonly name: string;
  /** Why it cannot be measured on this machine; undefined where it can. */
  whyNot(): Promise<string | undefined>;
  measure(): Promise<readonly Figure[]>;
}
