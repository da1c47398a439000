import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Schema } from '../api/client.ts';
import { useFormat } from '../i18n/format.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { CodeBox } from '../ui/code-box.tsx';
import { visible } from '../ui/visible.ts';
import { DryRun } from './dry-run.tsx';
import { sourceOf } from './source.ts';
import type { ToolTotals } from './usage.ts';

/** One tool: its name and marks, and where it is opened all that is known of it. */
export function ToolCard({ tool, totals }: { tool: Schema<'Tool'>; totals: ToolTotals | undefined }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [trying, setTrying] = useState(false);
  const { approval, asks_human: asksHuman, deferred, description, effect, name, source } = tool;
  return (
    <li className="rounded-lg border border-line bg-surface">
      <div className="flex flex-wrap items-center gap-2 px-3 py-1.5">
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="min-h-9 min-w-40 grow text-start font-mono text-sm break-all"
        >
          <span aria-hidden="true">{open ? '▾' : '▸'}</span> {visible(name)}
        </button>
        <span className="flex flex-wrap items-center gap-1.5">
          {totals && <span className="text-xs text-soft">{t('tools.used', { count: totals.calls })}</span>}
          <Badge tone="accent">{t(`tools.source.${sourceOf(source)}`)}</Badge>
          {effect && (
            <Badge tone={effect === 'write' ? 'warn' : 'neutral'} title={t(`run.effectHelp.${effect}`)}>
              {t(`run.effect.${effect}`)}
            </Badge>
          )}
          {approval === 'always' && <Badge tone="warn">{t('tools.approval.always')}</Badge>}
          {deferred && <Badge title={t('tools.deferredHelp')}>{t('tools.deferred')}</Badge>}
        </span>
        {!asksHuman && (
          <Button small aria-label={t('tools.try.of', { name })} onClick={() => setTrying(true)}>
            {t('tools.try.button')}
          </Button>
        )}
      </div>
      <p
        lang="en"
        className={`mx-3 mb-2 text-sm break-words ${open ? 'whitespace-pre-wrap' : 'line-clamp-2 text-soft'}`}
      >
        {visible(description)}
      </p>
      {open && <About tool={tool} totals={totals} />}
      {trying && <DryRun tool={tool} onClose={() => setTrying(false)} />}
    </li>
  );
}

function About({ tool, totals }: { tool: Schema<'Tool'>; totals: ToolTotals | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { approval, asks_human: asksHuman, deferred, effect, parameters, reconcilable, timeout_ms: timeout } = tool;
  const said = totals
    ? t('tools.usageLine', {
        calls: format.number(totals.calls),
        failed: format.number(totals.failed),
        cost: format.cost(totals.cost, false),
      })
    : t('tools.usageNone');
  return (
    <div className="flex flex-col gap-2 border-t border-line p-3 text-sm">
      <dl className="grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1">
        <dt className="text-soft">{t('tools.usage')}</dt>
        <dd>{said}</dd>
        <dt className="text-soft">{t('tools.timeout')}</dt>
        <dd>{format.duration(timeout)}</dd>
      </dl>
      <ul className="list-disc ps-5 text-soft">
        {effect && <li>{t(`run.effectHelp.${effect}`)}</li>}
        <li>{t(`tools.approval.${approval}`)}</li>
        {reconcilable && <li>{t('tools.reconcilable')}</li>}
        {deferred && <li>{t('tools.deferredHelp')}</li>}
        {asksHuman && <li>{t('tools.asksHuman')}</li>}
      </ul>
      <h3 className="font-medium">{t('tools.schema')}</h3>
      <CodeBox label={t('tools.schema')} text={JSON.stringify(parameters, undefined, 2)} />
    </div>
  );
}
