import { useQuery } from '@tanstack/react-query';
import { useRouterState } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { agentsQuery } from '../api/queries.ts';
import { useMay } from '../app/access.ts';
import { Empty } from '../ui/empty.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { AgentChoice } from './agent-choice.tsx';
import { NewTaskForm } from './new-form.tsx';

/** A new task: who does it, what is to be done, with which files, within which limits. */
export function NewTaskPage() {
  const { t } = useTranslation();
  const asked = useRouterState({ select: (state) => (state.location.search as { agent?: string }).agent });
  const mayWrite = useMay('runs:write');
  const { data: agents, error, refetch } = useQuery(agentsQuery);
  const [chosen, setChosen] = useState(asked ?? '');
  if (error) {
    return (
      <Page title={t('nav.new')}>
        <Problem error={error} onRetry={() => void refetch()} />
      </Page>
    );
  }
  if (!agents) {
    return (
      <Page title={t('nav.new')}>
        <Loading />
      </Page>
    );
  }
  // Without a model the playbooks come first: they run as they are.
  const usable = agents.find(({ unavailable }) => unavailable === null);
  const agent =
    agents.find(({ name }) => name === chosen) ??
    agents.find(({ name, unavailable }) => name === 'assistant' && unavailable === null) ??
    usable;
  return (
    <Page title={t('nav.new')}>
      {!mayWrite && (
        <Empty title={t('app.notAllowed')}>
          <p>{t('app.notAllowedHelp')}</p>
        </Empty>
      )}
      {mayWrite && (
        <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,1.4fr)]">
          <AgentChoice agents={agents} chosen={agent?.name ?? ''} onChoose={setChosen} />
          {agent && <NewTaskForm key={agent.name} agent={agent} />}
        </div>
      )}
    </Page>
  );
}
