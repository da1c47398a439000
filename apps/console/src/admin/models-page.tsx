import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { Guard } from '../app/guard.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { Table } from '../ui/table.tsx';
import { ModelRow } from './model-row.tsx';

/** What connects a provider: a variable of the server's environment each. */
const KEYS = [
  ['OpenAI', 'OPENAI_API_KEY'],
  ['Anthropic', 'ANTHROPIC_API_KEY'],
  ['Google', 'GOOGLE_GENERATIVE_AI_API_KEY'],
] as const;

/** The models that are connected, and whether they answer. */
export function ModelsPage() {
  const { t } = useTranslation();
  return (
    <Guard scope="admin:read" title={t('nav.models')}>
      <Models />
    </Guard>
  );
}

function Models() {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['models'],
    queryFn: () => ask(api.GET('/api/v1/models')),
  });
  const models = data?.models.filter(({ source }) => source !== 'playbook') ?? [];
  const head = ['model', 'state', 'source', 'why', 'test'] as const;
  return (
    <Page title={t('nav.models')}>
      <div className="flex flex-col gap-6">
        {error && <Problem error={error} onRetry={() => void refetch()} />}
        {isPending && !error && <Loading />}
        {data && models.length === 0 && (
          <Empty title={t('admin.models.emptyTitle')}>
            <p>{t('admin.models.emptyLead')}</p>
          </Empty>
        )}
        {models.length > 0 && (
          <Table caption={t('nav.models')} head={head.map((name) => t(`admin.models.col.${name}`))}>
            {models.map((model) => (
              <ModelRow key={model.id} model={model} />
            ))}
          </Table>
        )}
        {models.length > 0 && <p className="text-sm text-soft">{t('admin.models.testLead')}</p>}
        {data && <Connect sentence={data.connect} />}
      </div>
    </Page>
  );
}

function Connect({ sentence }: { sentence: string }) {
  const { i18n, t } = useTranslation();
  return (
    <section className="rounded-xl border border-line bg-surface p-4">
      <h2 className="text-lg font-semibold">{t('admin.models.connectTitle')}</h2>
      <p className="mt-1">{t('admin.models.connectLead')}</p>
      <dl className="mt-3 grid grid-cols-1 gap-x-4 gap-y-1 sm:grid-cols-[auto_1fr]">
        {KEYS.map(([provider, variable]) => (
          <div key={variable} className="contents">
            <dt>{provider}</dt>
            <dd className="font-mono text-sm break-all max-sm:mb-1">{variable}</dd>
          </div>
        ))}
        <dt>{t('admin.models.compatible')}</dt>
        <dd className="font-mono text-sm break-all max-sm:mb-1">OPENAI_BASE_URL, OPENAI_API_KEY</dd>
        <dt>{t('admin.models.local')}</dt>
        <dd>{t('admin.models.localHelp')}</dd>
      </dl>
      <p className="mt-3">{t('admin.models.restart')}</p>
      {i18n.language === 'en' && (
        <p className="mt-3 border-t border-line pt-3 text-sm break-words text-soft">
          {t('admin.models.says')} {sentence}
        </p>
      )}
    </section>
  );
}
