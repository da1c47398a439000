import { useTranslation } from 'react-i18next';

import { useFormat } from '../i18n/format.ts';
import { Button } from '../ui/button.tsx';
import type { Checkpoint, RunLog } from './log.ts';

/**
 * Moves transcript, waterfall, terminal and files together to any checkpoint. At its end it is live: it goes on as the run
 * does.
 */
export function Scrubber(props: { live: RunLog; seq: number | undefined; onSeq: (seq: number | undefined) => void }) {
  const { live, onSeq, seq } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const { checkpoints } = live;
  const last = checkpoints.length - 1;
  const found = seq === undefined ? last : checkpoints.findLastIndex((checkpoint) => checkpoint.seq <= seq);
  const at = Math.max(0, found);
  const here = checkpoints[at];
  const go = (index: number) => {
    const to = Math.max(0, Math.min(last, index));
    onSeq(to === last ? undefined : checkpoints[to]?.seq);
  };
  const words = here
    ? t('run.scrub.at', {
        seq: here.seq,
        last: checkpoints[last]?.seq ?? 0,
        what: whatOf(here, (word) => t(`run.checkpoint.${word}`)),
        time: format.clock(here.at),
      })
    : t('run.scrub.none');
  return (
    <section aria-label={t('run.scrub.label')} className="rounded-lg border border-line bg-surface px-3 py-2">
      <div className="flex flex-wrap items-center gap-2">
        <Button small disabled={at <= 0} onClick={() => go(at - 1)} aria-label={t('run.scrub.back')}>
          <span aria-hidden="true">◀</span>
        </Button>
        <input
          type="range"
          min={0}
          max={Math.max(0, last)}
          value={at}
          disabled={last < 1}
          aria-label={t('run.scrub.checkpoint')}
          aria-valuetext={words}
          className="h-8 min-w-40 grow accent-(--accent)"
          onChange={(event) => go(Number(event.target.value))}
        />
        <Button small disabled={at >= last} onClick={() => go(at + 1)} aria-label={t('run.scrub.forward')}>
          <span aria-hidden="true">▶</span>
        </Button>
        <Button small disabled={seq === undefined} onClick={() => onSeq(undefined)}>
          {t(live.endedAt === undefined ? 'run.scrub.live' : 'run.scrub.end')}
        </Button>
      </div>
      <p className="mt-1 text-sm text-soft">{words}</p>
    </section>
  );
}

/** What a checkpoint is, in words; `say` gives the text of a type that is known. */
export function whatOf({ actionId, type }: Checkpoint, say: (word: CheckpointWord) => string): string {
  const known = CHECKPOINT_TYPES.find((one) => one === type);
  const word = known ? say(known.replace('.', '_') as CheckpointWord) : type;
  return actionId === '' ? word : `${word} ${actionId}`;
}

const CHECKPOINT_TYPES = [
  'run.created',
  'run.started',
  'run.recovered',
  'run.stopping',
  'run.held',
  'run.resumed',
  'run.ended',
  'action.intent',
  'action.outcome',
] as const;

type CheckpointWord =
  | 'run_created'
  | 'run_started'
  | 'run_recovered'
  | 'run_stopping'
  | 'run_held'
  | 'run_resumed'
  | 'run_ended'
  | 'action_intent'
  | 'action_outcome';
