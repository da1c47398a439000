import { useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from './button.tsx';

/** Something that is shown to be taken elsewhere: a link, a key. */
export function Copyable({ hint, label, text }: { label: string; text: string; hint?: string }) {
  const { t } = useTranslation();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState('');
  const copy = async () => {
    field.current?.select();
    // By plain http from another machine a page has no clipboard: the text is selected, and the keys do it.
    const copied = navigator.clipboard
      ? await navigator.clipboard.writeText(text).then(
          () => true,
          () => false,
        )
      : false;
    setSaid(t(copied ? 'app.copied' : 'app.copyByKeys'));
  };
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <div className="flex gap-2">
        <input
          ref={field}
          id={id}
          readOnly
          value={text}
          onFocus={(event) => event.target.select()}
          className="min-h-10 min-w-0 grow rounded-md border border-field bg-raised px-2 font-mono text-sm"
        />
        <Button onClick={() => void copy()}>{t('app.copy')}</Button>
      </div>
      <p role="status" className="text-sm text-ok">
        {said}
      </p>
      {hint !== undefined && <p className="text-sm text-warn">{hint}</p>}
    </div>
  );
}
