import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { ApiError } from '../api/error.ts';
import { computeDiff } from '../diff/compute.ts';
import { DiffView } from '../diff/diff-view.tsx';
import { useFormat } from '../i18n/format.ts';
import { Badge } from '../ui/badge.tsx';
import { Loading } from '../ui/loading.tsx';
import { Problem } from '../ui/problem.tsx';
import { visible } from '../ui/visible.ts';
import { type ChangedFile, filesAt, type Version } from './changes.ts';
import type { PanelProps } from './panels.tsx';

/** Texts longer than this are not compared in the page. */
const MOST_BYTES = 2 * 1024 * 1024;
const TONE = { added: 'ok', modified: 'accent', deleted: 'bad' } as const;

/** The files that the run has changed where the scrubber stands, each as a diff from how the run found it. */
export function Files({ log, onChoose, run }: PanelProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState('');
  const ended = [...log.actions.values()].filter(({ endSeq, kind }) => kind === 'tool' && endSeq !== undefined).length;
  const { data, error, isPending, refetch } = useQuery({
    // Each call that ends may have changed files.
    queryKey: ['run', run.id, 'changes', log.endedAt === undefined ? ended : 'all'],
    placeholderData: (before) => before,
    queryFn: async () =>
      (await ask(api.GET('/api/v1/runs/{id}/changes', { params: { path: { id: run.id } } }))).changes,
  });
  if (error) return <Problem error={error} onRetry={() => void refetch()} />;
  if (isPending) return <Loading />;
  const files = filesAt(data, (id) => log.actions.get(id)?.endSeq !== undefined);
  if (files.length === 0) return <p className="py-4 text-soft">{t('run.files.none')}</p>;
  return (
    <ul className="flex flex-col gap-1">
      {files.map((file) => (
        <li key={file.path} className="rounded-lg border border-line bg-surface">
          <div className="flex flex-wrap items-center gap-2 px-2 py-1">
            <button
              type="button"
              aria-expanded={open === file.path}
              onClick={() => setOpen(open === file.path ? '' : file.path)}
              className="min-h-8 min-w-0 grow text-start font-mono text-sm break-all"
            >
              <span aria-hidden="true">{open === file.path ? '▾' : '▸'}</span> {visible(file.path)}
            </button>
            <Badge tone={TONE[file.change]}>{t(`run.files.${file.change}`)}</Badge>
            {file.by.slice(-3).map((id, index) => (
              <button
                // oxlint-disable-next-line react/no-array-index-key -- one call may change a file twice.
                key={`${id} ${index}`}
                type="button"
                className="min-h-8 px-1 font-mono text-xs text-accent underline"
                onClick={() => onChoose(id)}
              >
                {id}
              </button>
            ))}
          </div>
          {open === file.path && <FileDiff file={file} runId={run.id} />}
        </li>
      ))}
    </ul>
  );
}

function FileDiff({ file, runId }: { file: ChangedFile; runId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { after, before, path } = file;
  const versions = [before, after].filter((version) => version !== null);
  const why = versions.some(({ kept }) => !kept)
    ? 'notKept'
    : versions.some(({ binary }) => binary)
      ? 'binary'
      : versions.some(({ size }) => size > MOST_BYTES)
        ? 'large'
        : undefined;
  const { data, error, isPending } = useQuery({
    queryKey: ['run', runId, 'diff', before?.sha256, after?.sha256],
    enabled: why === undefined,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const [old, now] = await Promise.all([textOf(runId, before), textOf(runId, after)]);
      return { lines: await computeDiff(old, now) };
    },
  });
  if (why) {
    return (
      <p className="px-3 py-2 text-sm text-soft">
        {t(`run.files.${why}`)} {versions.map(({ size }) => format.bytes(size)).join(' → ')}
      </p>
    );
  }
  if (error) return <Problem error={error} />;
  if (isPending) return <Loading />;
  if (!data.lines) return <p className="px-3 py-2 text-sm text-soft">{t('run.files.tooDifferent')}</p>;
  return <DiffView label={t('run.files.diff', { path })} lines={data.lines} />;
}

async function textOf(runId: string, version: Version | null): Promise<string> {
  if (!version) return '';
  const response = await fetch(`/api/v1/runs/${encodeURIComponent(runId)}/changes/${version.sha256}`);
  if (!response.ok) throw new ApiError({ code: 'NOT_FOUND', message: '' }, response.status);
  return response.text();
}
