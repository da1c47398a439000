import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { AUDIT_ACTIONS, AUDIT_GROUPS, codeOf } from './audit-actions.ts';

/** What of the log is wanted; empty: all. Times are those of the browser, without a zone: `2026-11-24T12:00`. */
export interface AuditSearch {
  readonly subject: string;
  readonly action: string;
  readonly since: string;
  readonly until: string;
}

/** Finds entries by who, what and when. */
export function AuditFilters({ onChange, search }: { search: AuditSearch; onChange: (search: AuditSearch) => void }) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState(search);
  useEffect(() => setWanted(search), [search]);
  const set = (change: Partial<AuditSearch>) => setWanted({ ...wanted, ...change });
  return (
    <search>
      <form
        className="grid grid-cols-1 items-start gap-3 sm:grid-cols-2 xl:grid-cols-[1fr_1fr_1fr_1fr_auto]"
        onSubmit={(event) => {
          event.preventDefault();
          onChange({ ...wanted, subject: wanted.subject.trim() });
        }}
      >
        <SelectField
          label={t('admin.audit.action')}
          value={wanted.action}
          onChange={(event) => set({ action: event.target.value })}
        >
          <option value="">{t('admin.audit.any')}</option>
          {AUDIT_GROUPS.map((group) => (
            <optgroup key={group} label={t(`admin.group.${group}`)}>
              <option value={`${group}.`}>{t('admin.audit.allOf', { group: t(`admin.group.${group}`) })}</option>
              {AUDIT_ACTIONS[group].map((action) => (
                <option key={action} value={codeOf(action)}>
                  {t(`admin.act.${action}`)}
                </option>
              ))}
            </optgroup>
          ))}
        </SelectField>
        <TextField
          label={t('admin.audit.subject')}
          hint={t('admin.audit.subjectHint')}
          value={wanted.subject}
          maxLength={200}
          autoComplete="off"
          onChange={(event) => set({ subject: event.target.value })}
        />
        <TextField
          type="datetime-local"
          label={t('admin.audit.since')}
          value={wanted.since}
          max="9999-12-31T23:59"
          onChange={(event) => set({ since: event.target.value })}
        />
        <TextField
          type="datetime-local"
          label={t('admin.audit.until')}
          value={wanted.until}
          max="9999-12-31T23:59"
          onChange={(event) => set({ until: event.target.value })}
        />
        <Button type="submit" look="primary" className="xl:mt-6">
          {t('admin.audit.find')}
        </Button>
      </form>
    </search>
  );
}
