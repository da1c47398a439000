import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { useFormat } from '../i18n/format.ts';
import { visible } from '../ui/visible.ts';
import { MemoryBadges } from './badges.tsx';
import { stretchesOf } from './highlight.ts';
import type { MemoryHit, Viewer } from './queries.ts';

const SOURCES = ['bm25', 'dense', 'graph', 'rerank'] as const;

/** One memory that was found: its text with the words that match, and why it stands where it does. */
export function HitCard({ hit, tops, viewer }: { hit: MemoryHit; tops: ReadonlyMap<string, number>; viewer: Viewer }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { context, graph_path: path, matched, memory, rank, rank_before: before } = hit;
  return (
    <li className="rounded-xl border border-line bg-surface p-4">
      <article className="flex flex-col gap-3">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <h3 className="text-sm font-semibold">
            {t('memory.search.rank', { rank })}
            {before !== null && before !== rank && (
              <span className="font-normal text-soft"> ({t('memory.search.before', { rank: before })})</span>
            )}
          </h3>
          <time dateTime={memory.at} className="text-sm text-soft">
            {format.time(memory.at)}
          </time>
        </div>
        <p className="break-words whitespace-pre-wrap">
          <Marked text={memory.text} words={matched} />
        </p>
        <MemoryBadges memory={memory} />
        <div className="grid gap-3 lg:grid-cols-2">
          <Sources hit={hit} tops={tops} />
          <div className="flex flex-col gap-2 text-sm">
            <p className="text-soft">{t('memory.search.weight', { weight: format.percent(hit.retention_weight) })}</p>
            {path.length > 0 && (
              <div>
                <h4 className="font-medium">{t('memory.search.path')}</h4>
                <p className="break-words">{path.map(visible).join(' → ')}</p>
              </div>
            )}
            {memory.evidence !== null && (
              <div>
                <h4 className="font-medium">{t('memory.search.evidence')}</h4>
                <blockquote className="border-s-2 border-line ps-2 break-words">{visible(memory.evidence)}</blockquote>
              </div>
            )}
          </div>
        </div>
        {context !== null && (
          <details className="text-sm">
            <summary className="cursor-pointer text-soft">{t('memory.search.context')}</summary>
            <p className="mt-1 break-words whitespace-pre-wrap">
              <Marked text={context} words={matched} />
            </p>
          </details>
        )}
        <Link
          to="/memory/$id"
          params={{ id: memory.id }}
          search={viewer}
          aria-label={`${t('memory.search.open')}: ${visible(memory.text.slice(0, 80))}`}
        >
          {t('memory.search.open')}
        </Link>
      </article>
    </li>
  );
}

function Marked({ text, words }: { text: string; words: readonly string[] }) {
  return stretchesOf(visible(text), words).map((part, index) =>
    part.hit ? (
      // oxlint-disable-next-line react/no-array-index-key -- the stretches of a text do not change their order.
      <mark key={index} className="rounded-sm bg-warn-soft text-text underline decoration-warn">
        {part.text}
      </mark>
    ) : (
      part.text
    ),
  );
}

/** The scores by source, each as a bar in relation to the best hit by that source, and as its number. */
function Sources({ hit: { sources }, tops }: { hit: MemoryHit; tops: ReadonlyMap<string, number> }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div className="text-sm">
      <h4 className="font-medium">{t('memory.search.sources')}</h4>
      <dl className="mt-1 grid grid-cols-[auto_1fr_auto] items-center gap-x-2 gap-y-1">
        {sources.map(({ rank, score, source }) => {
          const known = SOURCES.find((one) => one === source);
          const top = tops.get(source) ?? 0;
          const part = top > 0 ? Math.min(1, Math.max(0, score / top)) : 0;
          return (
            <div key={source} className="contents">
              <dt>{known ? t(`memory.source.${known}`) : source}</dt>
              <dd className="contents">
                <svg aria-hidden="true" viewBox="0 0 100 6" preserveAspectRatio="none" className="h-1.5 w-full">
                  <rect width="100" height="6" className="fill-raised" />
                  {rank !== null && <rect width={100 * part} height="6" className="fill-accent" />}
                </svg>
                <span className="whitespace-nowrap tabular-nums">
                  {rank === null
                    ? t('memory.search.notFound')
                    : `${format.number(Number(score.toPrecision(3)))} · ${t('memory.search.place', { rank })}`}
                </span>
              </dd>
            </div>
          );
        })}
      </dl>
    </div>
  );
}

/** The best score of each source among the hits. */
export function topsOf(hits: readonly MemoryHit[]): ReadonlyMap<string, number> {
  const tops = new Map<string, number>();
  for (const { score, source } of hits.flatMap(({ sources }) => sources)) {
    tops.set(source, Math.max(score, tops.get(source) ?? 0));
  }
  return tops;
}
