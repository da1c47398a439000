/** The first moment of a day of the reader's calendar, such as 2026-11-27, as ISO 8601. */
export function startOf(day: string): string {
  return dateOf(day).toISOString();
}

/** The day after one, such as 2026-12-01 after 2026-11-30. */
export function dayAfter(day: string): string {
  const date = dateOf(day);
  date.setDate(date.getDate() + 1);
  return dayOf(date);
}

/** The day of a moment in the reader's calendar, such as 2026-11-27. */
export function dayOf(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${String(at.getFullYear()).padStart(4, '0')}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** What happened on one day. */
export interface Day<T> {
  readonly day: string;
  readonly items: readonly T[];
}

/** Puts together what follows one another on the same day; the order stays as it is. */
export function byDay<T extends { readonly at: string }>(items: readonly T[]): Day<T>[] {
  const days: { day: string; items: T[] }[] = [];
  for (const item of items) {
    const day = dayOf(new Date(item.at));
    const last = days.at(-1);
    if (last?.day === day) last.items.push(item);
    else days.push({ day, items: [item] });
  }
  return days;
}

function dateOf(day: string): Date {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date);
}
