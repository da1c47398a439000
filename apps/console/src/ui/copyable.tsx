import { useId } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from './button.tsx';
import { useToast } from './toast.tsx';

/** Something that is shown to be taken elsewhere: a link, a key. */
export function Copyable({ hint, label, text }: { label: string; text: string; hint?: string }) {
  const { t } = useTranslation();
  const toast = useToast();
  const id = useId();
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    toast(t('app.copied'));
  };
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <div className="flex gap-2">
        <input
          id={id}
          readOnly
          value={text}
          onFocus={(event) => event.target.select()}
          className="min-h-10 min-w-0 grow rounded-md border border-field bg-raised px-2 font-mono text-sm"
        />
        <Button onClick={() => void copy()}>{t('app.copy')}</Button>
      </div>
      {hint !== undefined && <p className="text-sm text-warn">{hint}</p>}
    </div>
  );
}
