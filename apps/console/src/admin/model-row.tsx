import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { api, ask, type Schema } from '../api/client.ts';
import { ApiError } from '../api/error.ts';
import { useFormat } from '../i18n/format.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { useProblem } from '../ui/problem.tsx';
import { visible } from '../ui/visible.ts';

/** One model, and one real call of it when it is asked for. */
export function ModelRow({ model }: { model: Schema<'Model'> }) {
  const { t } = useTranslation();
  const { available, id, is_default: isDefault, source, why } = model;
  const testing = useMutation({ mutationFn: () => ask(api.POST('/api/v1/models/check', { body: { id } })) });
  const known = SOURCES.find((one) => one === source);
  return (
    <tr>
      <td className="min-w-40 font-mono break-all">
        {visible(id)} {isDefault && <Badge tone="accent">{t('admin.models.default')}</Badge>}
      </td>
      <td>
        <Badge tone={available ? 'ok' : 'warn'}>
          {t(available ? 'admin.models.connected' : 'admin.models.missing')}
        </Badge>
      </td>
      <td className="whitespace-nowrap">{known ? t(`admin.models.source.${known}`) : source}</td>
      <td className="min-w-48 break-words">{visible(why)}</td>
      <td className="min-w-56">
        <Button
          small
          className="whitespace-nowrap"
          aria-label={`${t(testing.isPending ? 'admin.models.testing' : 'admin.models.test')}: ${id}`}
          disabled={testing.isPending}
          onClick={() => testing.mutate()}
        >
          {t(testing.isPending ? 'admin.models.testing' : 'admin.models.test')}
        </Button>
        <div role="status">
          {testing.data && <Verdict check={testing.data} />}
          {testing.error && <Wrong error={testing.error} />}
        </div>
      </td>
    </tr>
  );
}

const SOURCES = ['configuration', 'environment', 'loopback'] as const;

function Verdict({ check }: { check: Schema<'ModelCheck'> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const figures = [
    format.duration(check.ms),
    t('admin.models.cost', { cost: format.cost(check.cost_usd, false) }),
  ].join(' · ');
  return (
    <div className="mt-2 flex flex-col gap-1">
      <p>
        <Badge tone={check.ok ? 'ok' : 'bad'}>{t(check.ok ? 'admin.models.answered' : 'admin.models.failed')}</Badge>{' '}
        {figures}
      </p>
      {check.error && <Wrong error={new ApiError(check.error, 200)} />}
    </div>
  );
}

function Wrong({ error }: { error: unknown }) {
  const say = useProblem();
  return <p className="mt-1 break-words text-bad">{visible(say(error))}</p>;
}
