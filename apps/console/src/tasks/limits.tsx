import { useTranslation } from 'react-i18next';

import { TextField } from '../ui/field.tsx';

/** Limits as they were typed; empty: none of its own. */
export interface LimitTexts {
  readonly minutes: string;
  readonly steps: string;
  readonly tokens: string;
  readonly cost: string;
}

/** Nothing typed. */
export const NO_LIMITS: LimitTexts = { minutes: '', steps: '', tokens: '', cost: '' };

/** The limits as the API takes them. */
export function limitsOf({ cost, minutes, steps, tokens }: LimitTexts) {
  const number = (text: string) => (text.trim() === '' ? undefined : Number(text));
  const [wall, most, count, money] = [number(minutes), number(steps), number(tokens), number(cost)];
  return {
    ...(wall === undefined ? {} : { wall_ms: wall * 60_000 }),
    ...(most === undefined ? {} : { steps: most }),
    ...(count === undefined ? {} : { tokens: count }),
    ...(money === undefined ? {} : { cost_usd: money }),
  };
}

const FIELDS = [
  { name: 'minutes', step: 'any', min: 0.01 },
  { name: 'steps', step: '1', min: 1 },
  { name: 'tokens', step: '1', min: 1 },
  { name: 'cost', step: 'any', min: 0.0001 },
] as const;

/** How long it may take, and what it may cost. It is stopped where it reaches one of them. */
export function LimitFields(props: { limits: LimitTexts; onChange: (limits: LimitTexts) => void }) {
  const { limits, onChange } = props;
  const { t } = useTranslation();
  return (
    <details>
      <summary className="font-medium">{t('tasks.limits.title')}</summary>
      <p className="my-2 text-sm text-soft">{t('tasks.limits.lead')}</p>
      <div className="grid gap-3 sm:grid-cols-2">
        {FIELDS.map(({ min, name, step }) => (
          <TextField
            key={name}
            label={t(`tasks.limits.${name}`)}
            type="number"
            inputMode="decimal"
            min={min}
            step={step}
            value={limits[name]}
            onChange={(event) => onChange({ ...limits, [name]: event.target.value })}
          />
        ))}
      </div>
    </details>
  );
}
