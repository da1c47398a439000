import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Run } from '../api/client.ts';
import { refreshRun } from '../api/queries.ts';
import { useMay } from '../app/access.ts';
import { Badge } from '../ui/badge.tsx';
import { Button, buttonClass } from '../ui/button.tsx';
import { useProblem } from '../ui/problem.tsx';
import { StatusBadge } from '../ui/status.tsx';
import { useToast } from '../ui/toast.tsx';
import { CancelDialog } from './cancel-dialog.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { ForkDialog } from './fork-dialog.tsx';
import type { RunLog } from './log.ts';
import { PlaybookDialog } from './playbook-dialog.tsx';
import { ShareDialog } from './share-dialog.tsx';
import { steer } from './steer.ts';

const DIALOGS = ['cancel', 'fork', 'export', 'share', 'playbook'] as const;

/** What the run is, and what can be done with it now. */
export function Header({ live, run, seq }: { run: Run; live: RunLog; seq: number | undefined }) {
  const { t } = useTranslation();
  const [dialog, setDialog] = useState<(typeof DIALOGS)[number]>();
  const mayWrite = useMay('runs:write');
  const close = () => setDialog(undefined);
  const ended = live.endedAt !== undefined;
  return (
    <div className="flex flex-wrap items-center gap-2">
      <StatusBadge status={live.version === 0 ? run.status : live.status} />
      <Badge tone={run.playbook ? 'accent' : 'neutral'}>
        {t(run.playbook ? 'run.isPlaybook' : 'run.isAgent', { name: run.agent })}
      </Badge>
      {run.replay && <Badge tone="accent">{t('run.isReplay')}</Badge>}
      {run.forked_from !== null && (
        <Link to="/runs/$id" params={{ id: run.forked_from }} className="text-sm">
          {t('run.forkedFrom', { seq: run.forked_at ?? 0 })}
        </Link>
      )}
      {run.tags.map((tag) => (
        <Link key={tag} to="/runs" search={{ tag }} className="no-underline">
          <Badge>#{tag}</Badge>
        </Link>
      ))}
      <div className="ms-auto flex flex-wrap gap-2">
        {mayWrite && !ended && <Steering id={run.id} live={live} onCancel={() => setDialog('cancel')} />}
        {mayWrite && (
          <Button small onClick={() => setDialog('fork')}>
            {t('run.fork.button')}
          </Button>
        )}
        <Link
          to="/compare"
          search={{ a: run.forked_from ?? run.id, ...(run.forked_from ? { b: run.id } : {}) }}
          className={buttonClass('plain', true)}
        >
          {t('run.compare')}
        </Link>
        <Button small onClick={() => setDialog('export')}>
          {t('run.export.button')}
        </Button>
        {mayWrite && (
          <Button small onClick={() => setDialog('share')}>
            {t('run.share.button')}
          </Button>
        )}
        {mayWrite && ended && !run.playbook && (
          <Button small onClick={() => setDialog('playbook')}>
            {t('run.playbook.button')}
          </Button>
        )}
      </div>
      {dialog === 'cancel' && <CancelDialog ids={[run.id]} onClose={close} />}
      {dialog === 'fork' && <ForkDialog run={run} live={live} seq={seq} onClose={close} />}
      {dialog === 'export' && <ExportDialog run={run} ended={ended} onClose={close} />}
      {dialog === 'share' && <ShareDialog runId={run.id} onClose={close} />}
      {dialog === 'playbook' && <PlaybookDialog run={run} onClose={close} />}
    </div>
  );
}

function Steering({ id, live, onCancel }: { id: string; live: RunLog; onCancel: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const toast = useToast();
  const problem = useProblem();
  const held = live.status === 'held';
  const steering = useMutation({
    mutationFn: (verb: 'stop' | 'resume') => steer(id, verb),
    onSuccess: (_run, verb) => toast(t(verb === 'stop' ? 'run.stopAsked' : 'run.resumed')),
    onError: (error) => toast(problem(error), true),
    onSettled: () => refreshRun(queries, id),
  });
  return (
    <>
      <Button small disabled={steering.isPending} onClick={() => steering.mutate(held ? 'resume' : 'stop')}>
        {t(held ? 'run.resume' : 'run.stop')}
      </Button>
      <Button small look="danger" onClick={onCancel}>
        {t('run.cancel.button')}
      </Button>
    </>
  );
}
