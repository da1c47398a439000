import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { KEY_NAMES, namedKey } from './input.ts';
import type { InputQueue } from './queue.ts';

/** Text and keys for the page, for those who do not type into the picture: by keyboard, screen reader or on a phone. */
export function Controls({ queue }: { queue: InputQueue }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [secret, setSecret] = useState(false);
  return (
    <div className="flex flex-col gap-3">
      <form
        className="flex flex-wrap items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (text !== '') queue.push({ kind: 'text', text });
          setText('');
        }}
      >
        <div className="min-w-48 grow">
          <TextField
            label={t('browser.text')}
            hint={t('browser.textHint')}
            type={secret ? 'password' : 'text'}
            autoComplete={secret ? 'new-password' : 'off'}
            autoCapitalize="off"
            spellCheck={false}
            maxLength={10_000}
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        </div>
        <div className="flex flex-wrap items-center gap-3 self-center">
          <Button type="submit">{t('browser.type')}</Button>
          <label className="flex min-h-8 items-center gap-2">
            <input
              type="checkbox"
              className="size-5"
              checked={secret}
              onChange={({ target }) => setSecret(target.checked)}
            />
            {t('browser.secret')}
          </label>
        </div>
      </form>
      <div role="group" aria-label={t('browser.keys')} className="flex flex-wrap gap-1">
        {KEY_NAMES.map((name) => (
          <Button key={name} small onClick={() => queue.push(...namedKey(name))}>
            {t(`browser.key.${name}`)}
          </Button>
        ))}
      </div>
    </div>
  );
}
