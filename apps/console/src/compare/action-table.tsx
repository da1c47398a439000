import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Action } from '../api/client.ts';
import { useFormat } from '../i18n/format.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { CodeBox } from '../ui/code-box.tsx';
import { Empty } from '../ui/empty.tsx';
import { OutcomeBadge } from '../ui/outcome.tsx';
import { Table } from '../ui/table.tsx';
import { visible } from '../ui/visible.ts';
import { type Aligned, align, MOST_ACTIONS } from './align.ts';

/** Rows that are laid out at once. */
const PAGE = 100;
const TONE: Readonly<Record<Aligned['kind'], Tone>> = {
  same: 'neutral',
  changed: 'accent',
  onlyA: 'warn',
  onlyB: 'warn',
};

/** What each of two runs did, in rows that stand for the same. */
export function ActionTable({ a, b }: { a: readonly Action[]; b: readonly Action[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [onlyDifferent, setOnlyDifferent] = useState(false);
  const [shown, setShown] = useState(PAGE);
  const rows = useMemo(() => align(a, b).map((row, index) => ({ ...row, number: index + 1 })), [a, b]);
  const different = rows.filter((row) => row.kind !== 'same' || row.a?.outcome !== row.b?.outcome);
  const wanted = onlyDifferent ? different : rows;
  if (rows.length === 0) {
    return (
      <Empty title={t('compare.noActions')}>
        <p>{t('compare.noActionsLead')}</p>
      </Empty>
    );
  }
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <p role="status">
          {t('compare.counts', { different: format.number(different.length), all: format.number(rows.length) })}
        </p>
        <label className="flex min-h-8 items-center gap-2">
          <input
            type="checkbox"
            className="size-5"
            checked={onlyDifferent}
            onChange={({ target }) => setOnlyDifferent(target.checked)}
          />
          {t('compare.onlyDifferent')}
        </label>
      </div>
      {Math.max(a.length, b.length) > MOST_ACTIONS && (
        <p className="text-warn">{t('compare.bounded', { most: format.number(MOST_ACTIONS) })}</p>
      )}
      {wanted.length > 0 && (
        <Table
          caption={t('compare.actions')}
          head={['#', t('compare.difference'), t('compare.run.a'), t('compare.run.b')]}
        >
          {wanted.slice(0, shown).map((row) => (
            <tr key={row.number}>
              <td className="text-soft tabular-nums">{row.number}</td>
              <td>
                <span className="flex flex-col items-start gap-1">
                  <Badge tone={TONE[row.kind]}>{t(`compare.kind.${row.kind}`)}</Badge>
                  {row.a && row.b && row.a.outcome !== row.b.outcome && (
                    <Badge tone="warn">{t('compare.otherOutcome')}</Badge>
                  )}
                </span>
              </td>
              <Cell action={row.a} />
              <Cell action={row.b} />
            </tr>
          ))}
        </Table>
      )}
      {shown < wanted.length && (
        <Button className="self-center" onClick={() => setShown(shown + PAGE)}>
          {t('compare.more')}
        </Button>
      )}
    </>
  );
}

function Cell({ action }: { action: Action | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!action) return <td className="w-[42%] min-w-56 text-soft">–</td>;
  const { arguments: given, intent_at: began, kind, name, outcome, outcome_at: ended, usage } = action;
  const took = began && ended ? Date.parse(ended) - Date.parse(began) : null;
  const kindName = kind === 'tool' || kind === 'question' ? kind : 'model';
  const hasArguments = given !== null && Object.keys(given).length > 0;
  return (
    <td className="w-[42%] min-w-56">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <span className="text-soft">{t(`compare.did.${kindName}`)}</span>
        <span className="font-mono text-xs break-all">{visible(name)}</span>
        <OutcomeBadge outcome={outcome} />
        {took !== null && <span className="text-soft tabular-nums">{format.duration(took)}</span>}
        {usage && usage.input_tokens + usage.output_tokens > 0 && (
          <span className="text-soft tabular-nums">
            {t('compare.cost', { cost: format.cost(usage.cost_usd, usage.cost_unknown) })}
          </span>
        )}
      </div>
      {hasArguments && <Arguments given={given} name={name} />}
    </td>
  );
}

function Arguments({ given, name }: { given: Readonly<Record<string, unknown>>; name: string }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const line = Object.entries(given)
    .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
  return (
    <details className="mt-1" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className="min-h-6 cursor-pointer">
        <span className="font-mono text-xs break-all">
          {visible(line.length > 120 ? `${line.slice(0, 120)} …` : line)}
        </span>
      </summary>
      {open && <CodeBox label={t('compare.argumentsOf', { name })} text={JSON.stringify(given, undefined, 2)} />}
    </details>
  );
}
