import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { Guard } from '../app/guard.tsx';
import { Button } from '../ui/button.tsx';
import { Page } from '../ui/page.tsx';
import { Comparison } from './comparison.tsx';
import { Side } from './side.tsx';

/** The runs that are compared, as the address has them. */
interface Chosen {
  readonly a?: string;
  readonly b?: string;
}

/** Two runs side by side: what they are, what each did, and how their outputs differ. */
export function ComparePage() {
  const { t } = useTranslation();
  return (
    <Guard scope="runs:read" title={t('nav.compare')}>
      <Compare />
    </Guard>
  );
}

function Compare() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { a, b } = useRouterState({ select: (state) => state.location.search as Chosen });
  const choose = (chosen: { a: string | undefined; b: string | undefined }) =>
    void navigate({
      to: '/compare',
      search: { ...(chosen.a ? { a: chosen.a } : {}), ...(chosen.b ? { b: chosen.b } : {}) },
    });
  return (
    <Page
      title={t('nav.compare')}
      actions={(a ?? b) !== undefined && <Button onClick={() => choose({ a: b, b: a })}>{t('compare.swap')}</Button>}
    >
      <div className="flex flex-col gap-5">
        {(a ?? b) === undefined && <p className="max-w-3xl text-soft">{t('compare.lead')}</p>}
        <div className="grid items-start gap-3 lg:grid-cols-2">
          <Side name="a" id={a} onChoose={(id) => choose({ a: id, b })} />
          <Side name="b" id={b} onChoose={(id) => choose({ a, b: id })} />
        </div>
        {a !== undefined && a === b && (
          <p role="status" className="text-warn">
            {t('compare.sameRun')}
          </p>
        )}
        {a !== undefined && b !== undefined && <Comparison key={`${a} ${b}`} a={a} b={b} />}
      </div>
    </Page>
  );
}
