import { useTranslation } from 'react-i18next';

import type { Schema } from '../api/client.ts';
import { DiffView } from '../diff/diff-view.tsx';
import { unifiedLines } from '../diff/unified.ts';
import { useFormat } from '../i18n/format.ts';
import { Badge } from '../ui/badge.tsx';
import { CodeBox } from '../ui/code-box.tsx';
import { visible } from '../ui/visible.ts';
import { Budgets } from './budgets.tsx';

/** What a call would do, and whether it may be made. */
export function Verdict({ told }: { told: Schema<'ToolDryRun'> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { approval, budgets, cost_usd: cost, effect, problem, rates } = told;
  return (
    <div className="flex flex-col gap-3">
      <div
        className={`rounded-md border p-3 ${problem ? 'border-bad bg-bad-soft text-bad' : 'border-ok bg-ok-soft text-ok'}`}
      >
        <p className="font-semibold">{t(problem ? 'tools.try.cannot' : 'tools.try.can')}</p>
        {problem && (
          <p lang="en" className="break-words whitespace-pre-wrap">
            {problem.code}: {visible(problem.message)}
          </p>
        )}
      </div>
      <p className="flex flex-wrap items-center gap-2">
        {effect && <Badge tone={effect === 'write' ? 'warn' : 'neutral'}>{t(`run.effect.${effect}`)}</Badge>}
        <Badge tone={approval === 'always' ? 'warn' : 'neutral'}>{t(`tools.approval.${approval}`)}</Badge>
      </p>
      <dl className="grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1 text-sm">
        <dt className="text-soft">{t('tools.try.cost')}</dt>
        <dd>{format.cost(cost, false)}</dd>
        <dt className="text-soft">{t('tools.timeout')}</dt>
        <dd>{format.duration(told.timeout_ms)}</dd>
        <dt className="text-soft">{t('tools.try.result')}</dt>
        <dd>{format.bytes(told.max_result_bytes)}</dd>
      </dl>
      {rates.length > 0 && (
        <ul className="flex flex-col gap-1 text-sm">
          {rates.map(({ calls, left, of, per, tools }) => (
            <li key={`${tools} ${per} ${of}`}>
              {t('tools.try.rate', {
                tools: visible(tools),
                left,
                calls,
                per: t(`tools.per.${per}`),
                of: t(`tools.of.${of}`),
              })}
            </li>
          ))}
        </ul>
      )}
      {budgets.length > 0 && <Budgets budgets={budgets} cost={(usd) => format.cost(usd, false)} />}
      <Preview told={told} />
    </div>
  );
}

function Preview({ told }: { told: Schema<'ToolDryRun'> }) {
  const { t } = useTranslation();
  const { no_preview: why, preview } = told;
  if (!preview) {
    return why === '' ? null : (
      <p className="text-sm text-soft">
        {t('tools.try.noPreview')} <span lang="en">{visible(why)}</span>
      </p>
    );
  }
  const { diff, ...rest } = preview;
  return (
    <section>
      <h3 className="mb-1 font-medium">{t('tools.try.preview')}</h3>
      <CodeBox label={t('tools.try.preview')} text={JSON.stringify(rest, undefined, 2)} />
      {typeof diff === 'string' && (
        <div className="mt-2">
          <DiffView label={t('tools.try.changes')} lines={unifiedLines(diff)} />
        </div>
      )}
    </section>
  );
}
