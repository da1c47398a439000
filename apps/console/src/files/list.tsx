import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { useMay } from '../app/access.ts';
import { useFormat } from '../i18n/format.ts';
import { Badge } from '../ui/badge.tsx';
import { Button, buttonClass } from '../ui/button.tsx';
import { CodeBox } from '../ui/code-box.tsx';
import { Empty } from '../ui/empty.tsx';
import { TextField } from '../ui/field.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { Table } from '../ui/table.tsx';
import { useSettled } from '../ui/use-settled.ts';
import { visible } from '../ui/visible.ts';
import { DraftByName } from './draft.tsx';
import { NewFile } from './new-file.tsx';
import { LOOK_AGAIN_MS, type Version } from './queries.ts';
import { Who } from './who.tsx';

/** All shared files whose paths begin so. */
export function FileList({ prefix }: { prefix: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayWrite = useMay('runs:write');
  const [deleted, setDeleted] = useState(false);
  const [making, setMaking] = useState(false);
  const [typed, setTyped] = useSettled(
    prefix,
    (words) => void navigate({ to: '/files', search: words === '' ? {} : { prefix: words } }),
  );
  const list = useInfiniteQuery({
    queryKey: ['files', 'list', prefix, deleted],
    placeholderData: keepPreviousData,
    initialPageParam: '',
    refetchInterval: LOOK_AGAIN_MS,
    queryFn: ({ pageParam: after }) =>
      ask(
        api.GET('/api/v1/files', {
          params: { query: { prefix, ...(after === '' ? {} : { after }), ...(deleted ? { deleted: 'true' } : {}) } },
        }),
      ),
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const files = list.data?.pages.flatMap((page) => page.files) ?? [];
  return (
    <Page
      title={t('nav.files')}
      actions={mayWrite && <Button onClick={() => setMaking(true)}>{t('files.newFile')}</Button>}
    >
      <div className="flex flex-col gap-4">
        <p className="max-w-3xl text-soft">{t('files.lead')}</p>
        <search className="flex flex-wrap items-end gap-4">
          <div className="w-full sm:w-96">
            <TextField
              type="search"
              label={t('files.prefix')}
              value={typed}
              autoComplete="off"
              spellCheck={false}
              onChange={({ target }) => setTyped(target.value)}
            />
          </div>
          <label className="flex min-h-10 items-center gap-2">
            <input
              type="checkbox"
              className="size-5"
              checked={deleted}
              onChange={({ target }) => setDeleted(target.checked)}
            />
            {t('files.deleted')}
          </label>
        </search>
        {list.error && <Problem error={list.error} onRetry={() => void list.refetch()} />}
        {list.isPending && !list.error && <Loading />}
        {list.isSuccess && files.length === 0 && (prefix === '' ? <FirstFile /> : <NothingFound />)}
        {files.length > 0 && <Rows files={files} />}
        {list.hasNextPage && (
          <Button className="self-center" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t('files.more')}
          </Button>
        )}
        <DraftByName />
      </div>
      {making && <NewFile prefix={prefix} onClose={() => setMaking(false)} />}
    </Page>
  );
}

function Rows({ files }: { files: readonly Version[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const head = ['path', 'version', 'size', 'by', 'at', 'message'] as const;
  return (
    <Table caption={t('nav.files')} head={head.map((name) => t(`files.col.${name}`))}>
      {files.map((file) => (
        <tr key={file.path}>
          <th scope="row" className="px-3 py-2 min-w-48 text-start font-normal align-top">
            <Link to="/files" search={{ path: file.path }} className="font-mono break-all">
              {visible(file.path)}
            </Link>
          </th>
          <td className="whitespace-nowrap">
            .v{file.version} {file.deleted && <Badge tone="bad">{t('files.isDeleted')}</Badge>}
          </td>
          <td className="whitespace-nowrap tabular-nums">{file.deleted ? '' : format.bytes(file.size)}</td>
          <td className="min-w-32">
            <Who version={file} />
          </td>
          <td className="whitespace-nowrap">
            <time dateTime={file.at}>{format.time(file.at)}</time>
          </td>
          <td className="min-w-40 break-words">{visible(file.message)}</td>
        </tr>
      ))}
    </Table>
  );
}

function NothingFound() {
  const { t } = useTranslation();
  return (
    <Empty title={t('files.nothing')}>
      <Link to="/files" search={{}} className={buttonClass()}>
        {t('files.all')}
      </Link>
    </Empty>
  );
}

function FirstFile() {
  const { t } = useTranslation();
  return (
    <Empty title={t('files.emptyTitle')}>
      <p>{t('files.emptyLead')}</p>
      <CodeBox label={t('run.command')} text="holdfast files put reports/report.md report.md" />
    </Empty>
  );
}
