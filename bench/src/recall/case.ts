/** One text that can be found. Times are epoch milliseconds. */
export interface BenchDocument {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** Questions of a conversation look there only. Empty: it belongs to none. */
  readonly conversation: string;
  /** What it stands in line with, and its place there. Empty: it stands alone. */
  readonly group: string;
  readonly position: number;
  readonly speaker: string;
  readonly at: number | undefined;
}

/** One question with what answers it. */
export interface BenchQuestion {
  readonly id: string;
  readonly text: string;
  /** Under which it is reported, such as `temporal`. */
  readonly kind: string;
  readonly conversation: string;
  readonly group: string;
  /** Grades by document; none: there is no answer. */
  readonly relevant: ReadonlyMap<string, number>;
}

/** A corpus with its questions. */
export interface BenchCase {
  readonly name: string;
  readonly documents: readonly BenchDocument[];
  readonly questions: readonly BenchQuestion[];
  /** When it is asked, epoch milliseconds. */
  readonly askedAt: number;
  /** What is odd about it, for whoever reads the figures. */
  readonly notes: readonly string[];
}
