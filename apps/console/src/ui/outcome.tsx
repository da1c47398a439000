import { useTranslation } from 'react-i18next';

import { Badge, type Tone } from './badge.tsx';

/** The outcomes that an action can have. */
export const OUTCOMES = ['pending', 'ok', 'error', 'denied', 'unknown', 'canceled'] as const;
/** One of them. */
export type OutcomeWord = (typeof OUTCOMES)[number];

const TONE: Readonly<Record<OutcomeWord, Tone>> = {
  pending: 'accent',
  ok: 'ok',
  error: 'bad',
  denied: 'warn',
  unknown: 'warn',
  canceled: 'neutral',
};

/** The outcome that a word of the API stands for; one of a newer server is taken for one under way. */
export function outcomeOf(word: string): OutcomeWord {
  return OUTCOMES.find((one) => one === word) ?? 'pending';
}

/** What came of an action. */
export function OutcomeBadge({ outcome }: { outcome: string }) {
  const { t } = useTranslation();
  const known = outcomeOf(outcome);
  return <Badge tone={TONE[known]}>{t(`run.outcome.${known}`)}</Badge>;
}
