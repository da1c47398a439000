import type { ReactNode } from 'react';

const TONES = {
  neutral: 'bg-raised text-text',
  accent: 'bg-accent-soft text-accent',
  ok: 'bg-ok-soft text-ok',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
} as const;

/** What a badge says by its colour, beside its words. */
export type Tone = keyof typeof TONES;

/** A short word with a colour. The colour never says anything that the word does not. */
export function Badge({ children, title, tone = 'neutral' }: { children: ReactNode; tone?: Tone; title?: string }) {
  return (
    <span
      title={title}
      className={`inline-flex items-center gap-1 rounded-full px-2 py-0.5 text-xs font-medium whitespace-nowrap ${TONES[tone]}`}
    >
      {children}
    </span>
  );
}
