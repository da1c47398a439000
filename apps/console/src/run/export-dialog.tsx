import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Run } from '../api/client.ts';
import { buttonClass } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField } from '../ui/field.tsx';

/** The formats of an export. */
const FORMATS = ['md', 'html', 'pdf', 'json', 'zip'] as const;

/** Takes a run along: to read, to print, to check, or to process. */
export function ExportDialog({ ended, onClose, run }: { run: Run; ended: boolean; onClose: () => void }) {
  const { i18n, t } = useTranslation();
  const [lang, setLang] = useState(i18n.language);
  return (
    <Dialog title={t('run.export.title')} onClose={onClose}>
      <div className="flex flex-col gap-4">
        {!ended && <p className="text-sm text-warn">{t('run.export.notEnded')}</p>}
        <SelectField label={t('run.export.lang')} value={lang} onChange={(event) => setLang(event.target.value)}>
          <option value="en" lang="en">
            English
          </option>
          <option value="zh" lang="zh-CN">
            中文
          </option>
        </SelectField>
        <ul className="flex flex-col gap-2">
          {FORMATS.map((format) => (
            <li key={format} className="flex items-center gap-3">
              <a
                className={`${buttonClass('plain', true)} w-24`}
                href={`/api/v1/runs/${encodeURIComponent(run.id)}/export?format=${format}&lang=${lang}`}
                download
              >
                {t(`run.export.format.${format}`)}
              </a>
              <span className="text-sm text-soft">{t(`run.export.about.${format}`)}</span>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}
