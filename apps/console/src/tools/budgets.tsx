import { useTranslation } from 'react-i18next';

import type { Schema } from '../api/client.ts';
import { visible } from '../ui/visible.ts';

/** What of the money that tools may cost is spent. */
export function Budgets(props: { budgets: readonly Schema<'ToolBudget'>[]; cost: (usd: number) => string }) {
  const { budgets, cost } = props;
  const { t } = useTranslation();
  return (
    <ul className="flex flex-col gap-1 text-sm">
      {budgets.map(({ limit_usd: limit, of, spent_usd: spent, tools }) => (
        <li key={`${tools} ${of}`}>
          {t('tools.budget', {
            tools: visible(tools),
            spent: cost(spent),
            limit: cost(limit),
            of: t(`tools.of.${of}`),
          })}
        </li>
      ))}
    </ul>
  );
}
