import { useTranslation } from 'react-i18next';

import type { RunStatus } from '../run/log.ts';
import { Badge, type Tone } from './badge.tsx';

const TONE: Readonly<Record<RunStatus, Tone>> = {
  queued: 'neutral',
  running: 'accent',
  waiting: 'warn',
  held: 'warn',
  succeeded: 'ok',
  failed: 'bad',
  canceled: 'neutral',
};
const SIGN: Readonly<Record<RunStatus, string>> = {
  queued: '…',
  running: '▶',
  waiting: '?',
  held: '⏸',
  succeeded: '✓',
  failed: '✗',
  canceled: '⊘',
};

/** The status of a run: a word, a sign and a colour. */
export function StatusBadge({ status }: { status: RunStatus }) {
  const { t } = useTranslation();
  return (
    <Badge tone={TONE[status]}>
      <span aria-hidden="true">{SIGN[status]}</span>
      {t(`status.${status}`)}
    </Badge>
  );
}
