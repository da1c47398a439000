import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { Run } from '../api/client.ts';
import { useFormat } from '../i18n/format.ts';
import { Markdown } from '../markdown/markdown.tsx';
import { OutcomeBadge } from '../ui/outcome.tsx';
import { StatusBadge } from '../ui/status.tsx';
import { visible } from '../ui/visible.ts';
import { ActionMeta } from './action-meta.tsx';
import type { ActionItem, EndItem, Item, NoteItem, RecalledItem } from './item.ts';
import type { RunStatus } from './log.ts';
import { QuestionText } from './question-text.tsx';
import { ReportRow } from './report.tsx';
import { ToolDetails } from './tool-details.tsx';

interface RowProps {
  readonly item: Item;
  /** The item is changed in place: its version says that it was. */
  readonly version: number;
  readonly run: Run;
  /** Whether more may come. */
  readonly live: boolean;
  readonly chosen: boolean;
  readonly onChoose: (actionId: string) => void;
}

/** One row of the transcript, drawn anew only when it has changed. */
export const TranscriptRow = memo(function Row(props: RowProps) {
  const { item } = props;
  switch (item.kind) {
    case 'task':
      return <TaskRow text={item.text} at={item.at} run={props.run} />;
    case 'note':
      return <NoteRow item={item} />;
    case 'recalled':
      return <RecalledRow item={item} />;
    case 'ended':
      return <EndRow item={item} run={props.run} onChoose={props.onChoose} />;
    case 'model':
    case 'tool':
    case 'question':
      return <ActionRow {...props} item={item} />;
  }
});

function Head({ at, children, who }: { at: number; who: ReactNode; children?: ReactNode }) {
  const format = useFormat();
  return (
    <div className="mb-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
      <h3 className="font-semibold">{who}</h3>
      {children}
      <time className="ms-auto text-xs text-soft" dateTime={new Date(at).toISOString()} title={format.time(at)}>
        {format.clock(at)}
      </time>
    </div>
  );
}

function TaskRow({ at, run, text }: { at: number; run: Run; text: string }) {
  const { t } = useTranslation();
  const given = Object.entries(run.parameters);
  return (
    <>
      <Head at={at} who={t('run.who.task')} />
      {text !== '' && (
        <p dir="auto" className="break-words whitespace-pre-wrap">
          {visible(text)}
        </p>
      )}
      {given.length > 0 && (
        <dl className="mt-1 grid grid-cols-[auto_1fr] gap-x-3 text-sm">
          {given.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-soft">{name}</dt>
              <dd dir="auto" className="font-mono break-all">
                {visible(typeof value === 'string' ? value : JSON.stringify(value))}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}

function NoteRow({ item }: { item: NoteItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const type = NOTES.find((one) => `run.${one}` === item.type);
  return (
    <p className="flex flex-wrap gap-x-2 text-sm text-soft">
      <span className={item.type === 'run.recovered' ? 'font-medium text-warn' : ''}>
        {type ? t(`run.note.${type}`) : item.type}
      </span>
      {item.reason !== '' && <span dir="auto">{visible(item.reason)}</span>}
      {item.isolation !== '' && <span>{item.isolation}</span>}
      <time className="ms-auto text-xs" dateTime={new Date(item.at).toISOString()} title={item.by}>
        {format.clock(item.at)}
      </time>
    </p>
  );
}

function RecalledRow({ item }: { item: RecalledItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <p className="flex flex-wrap gap-x-2 text-sm text-soft">
      <span>{t('run.recalled', { count: item.count })}</span>
      {item.missing.length > 0 && (
        <span dir="auto" className="text-warn">
          {visible(item.missing.join('; '))}
        </span>
      )}
      <time className="ms-auto text-xs" dateTime={new Date(item.at).toISOString()}>
        {format.clock(item.at)}
      </time>
    </p>
  );
}

const NOTES = ['started', 'recovered', 'stopping', 'held', 'resumed'] as const;

function ActionRow({ chosen, item, live, run }: RowProps & { item: ActionItem }) {
  const { t } = useTranslation();
  const pending = item.outcome === 'pending';
  const who =
    item.kind === 'model'
      ? t(run.playbook ? 'run.who.playbook' : 'run.who.model')
      : item.kind === 'tool'
        ? item.name
        : t('run.who.question');
  return (
    <article
      aria-label={`${who} ${item.id}`}
      aria-busy={pending && live}
      className={chosen ? 'rounded-md bg-accent-soft p-2' : ''}
    >
      <Head at={item.at} who={<span dir="auto">{who}</span>}>
        <OutcomeBadge outcome={item.outcome} />
        <ActionMeta item={item} />
      </Head>
      {item.kind === 'model' && (
        <>
          {item.reasoning !== '' && (
            <details className="mb-2 text-sm text-soft">
              <summary>{t('run.reasoning')}</summary>
              <p dir="auto" className="mt-1 max-h-96 overflow-y-auto break-words whitespace-pre-wrap">
                {visible(item.reasoning)}
              </p>
            </details>
          )}
          {item.text !== '' && <Markdown text={item.text} done={!pending} />}
        </>
      )}
      {item.kind === 'tool' && <ToolDetails item={item} runId={run.id} />}
      {item.kind === 'question' && item.question && <QuestionText question={item.question} />}
      {item.error && (
        <p dir="auto" className="mt-1 break-words text-bad">
          {visible(item.error.message)}
        </p>
      )}
    </article>
  );
}

function EndRow({ item, onChoose, run }: { item: EndItem; run: Run; onChoose: (actionId: string) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <Head at={item.at} who={t('run.who.end')}>
        <StatusBadge status={item.status as RunStatus} />
      </Head>
      {item.error && (
        <p dir="auto" className="break-words text-bad">
          {visible(item.error.message)}
        </p>
      )}
      {item.output !== '' && <ReportRow output={item.output} runId={run.id} onChoose={onChoose} />}
    </>
  );
}
