/** One thing that the doctor really used once. */
export interface DoctorCheck {
  /** Short and stable, such as `sqlite`. */
  readonly id: string;
  /** `warn`: it works, or is not needed, but look at it. */
  readonly status: 'ok' | 'warn' | 'fail';
  readonly summary: string;
  /** What was found, where more is to be said. */
  readonly detail: string;
  /** What to do; empty where nothing need be done. */
  readonly fix: string;
}

/** What `holdfast doctor` says. */
export interface DoctorReport {
  readonly checks: readonly DoctorCheck[];
}

/** Something that works. */
export function works(id: string, summary: string, detail = ''): DoctorCheck {
  return { id, status: 'ok', summary, detail, fix: '' };
}

/** Something to look at. */
export function look(id: string, summary: string, fix: string, detail = ''): DoctorCheck {
  return { id, status: 'warn', summary, detail, fix };
}

/** Something that is needed and does not work. */
export function broken(id: string, summary: string, fix: string, detail = ''): DoctorCheck {
  return { id, status: 'fail', summary, detail, fix };
}
