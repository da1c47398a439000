import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useMay } from '../app/access.ts';
import { startWorker } from '../markdown/worker-client.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { useToast } from '../ui/toast.tsx';
import { visible } from '../ui/visible.ts';
import { Content } from './content.tsx';
import { Difference } from './difference.tsx';
import { Editor } from './editor.tsx';
import { contentUrl, refreshFiles, remove, rollBack, type Version, versionsQuery } from './queries.ts';
import { Versions } from './versions.tsx';

type Shown = { readonly version: number } | { readonly before: number; readonly after: number };

/** One shared file: its versions, what is in them, how they differ, and what can be done with it. */
export function FilePage({ path }: { path: string }) {
  const { t } = useTranslation();
  const mayWrite = useMay('runs:write');
  const [chosen, setChosen] = useState<Shown>();
  const [doing, setDoing] = useState<'edit' | 'remove' | { readonly rollBack: number }>();
  const { data: versions, error, refetch } = useQuery(versionsQuery(path));
  useEffect(startWorker, []);
  const newest = versions?.[0];
  const shown: Shown | undefined = chosen ?? (newest && { version: newest.version });
  const one = shown && 'version' in shown ? versions?.find(({ version }) => version === shown.version) : undefined;
  const close = () => setDoing(undefined);
  return (
    <Page
      title={path}
      heading={<span className="font-mono text-xl break-all">{visible(path)}</span>}
      actions={
        newest && (
          <>
            {!newest.deleted && (
              <a href={contentUrl(path, 0)} download={path.split('/').at(-1)} className={buttonClass()}>
                {t('files.download')}
              </a>
            )}
            {mayWrite && <Button onClick={() => setDoing('edit')}>{t('files.edit')}</Button>}
            {mayWrite && !newest.deleted && (
              <Button look="danger" onClick={() => setDoing('remove')}>
                {t('files.remove')}
              </Button>
            )}
          </>
        )
      }
    >
      <div className="flex flex-col gap-4">
        <p>
          <Link to="/files">← {t('files.back')}</Link>
        </p>
        {error && <Problem error={error} onRetry={() => void refetch()} />}
        {!versions && !error && <Loading />}
        {versions && newest && (
          <Versions
            path={path}
            versions={versions}
            shown={one?.version}
            onShow={(version) => setChosen({ version })}
            onCompare={(before) => setChosen({ before, after: newest.version })}
            onRollBack={mayWrite ? (version) => setDoing({ rollBack: version }) : undefined}
          />
        )}
        {one && <Content version={one} />}
        {versions && shown && 'before' in shown && (
          <Difference path={path} versions={versions} shown={shown} onChange={setChosen} />
        )}
      </div>
      {newest && doing === 'edit' && <Editor path={path} newest={newest} onClose={close} onSaved={setChosen} />}
      {newest && typeof doing === 'object' && (
        <RollBack path={path} version={doing.rollBack} newest={newest} onClose={close} onDone={setChosen} />
      )}
      {newest && doing === 'remove' && <Remove path={path} newest={newest} onClose={close} onDone={setChosen} />}
    </Page>
  );
}

interface ChangeProps {
  readonly path: string;
  readonly newest: Version;
  readonly onClose: () => void;
  readonly onDone: (shown: Shown) => void;
}

function RollBack({ newest, onClose, onDone, path, version }: ChangeProps & { version: number }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const toast = useToast();
  return (
    <Confirm
      title={t('files.rollbackOf', { version })}
      confirm={t('files.rollback')}
      onClose={onClose}
      act={async () => {
        const made = await rollBack(path, version, newest.version);
        await refreshFiles(queries);
        onDone({ version: made.version });
        toast(t('files.rolledBack', { version: made.version }));
      }}
    >
      {t('files.rollbackLead', { version })}
    </Confirm>
  );
}

function Remove({ newest, onClose, onDone, path }: ChangeProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const toast = useToast();
  return (
    <Confirm
      title={t('files.removeOf', { path })}
      confirm={t('files.remove')}
      onClose={onClose}
      act={async () => {
        const made = await remove(path, newest.version);
        await refreshFiles(queries);
        onDone({ version: made.version });
        toast(t('files.removed', { path }));
      }}
    >
      {t('files.removeLead')}
    </Confirm>
  );
}
