import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { Schema } from '../api/client.ts';
import { useFormat } from '../i18n/format.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Table } from '../ui/table.tsx';
import { visible } from '../ui/visible.ts';
import { actionNamed, runOf } from './audit-actions.ts';

type Entry = Schema<'AuditEntry'>;

/** Entries of the audit log, newest first. What they hold came from outside: it is shown as text, never more. */
export function AuditTable(props: { entries: readonly Entry[]; onSubject: (subject: string) => void }) {
  const { entries, onSubject } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const head = ['when', 'who', 'what', 'target', 'answer', 'ip', 'detail'] as const;
  return (
    <Table caption={t('nav.audit')} head={head.map((name) => t(`admin.audit.col.${name}`))}>
      {entries.map((entry) => (
        <tr key={entry.id}>
          <td className="whitespace-nowrap">
            <time dateTime={entry.at}>{format.time(entry.at)}</time>
          </td>
          <td className="min-w-32">
            <button
              type="button"
              className="min-h-6 text-start break-words text-accent underline"
              aria-label={t('admin.audit.onlyOf', { name: entry.user_name ?? entry.subject })}
              onClick={() => onSubject(entry.subject)}
            >
              {visible(entry.user_name ?? entry.subject)}
            </button>
          </td>
          <td className="min-w-32">
            <What action={entry.action} />
          </td>
          <td className="min-w-32 font-mono text-xs break-all">
            <Target action={entry.action} target={entry.target} />
          </td>
          <td>
            <Answer status={entry.status} />
          </td>
          <td className="font-mono text-xs whitespace-nowrap">{entry.ip}</td>
          <td className="min-w-48 font-mono text-xs break-words whitespace-pre-wrap">{visible(detailOf(entry))}</td>
        </tr>
      ))}
    </Table>
  );
}

function What({ action }: { action: string }) {
  const { t } = useTranslation();
  const known = actionNamed(action);
  return (
    <>
      {known && <span className="block">{t(`admin.act.${known}`)}</span>}
      <span className="font-mono text-xs text-soft">{action}</span>
    </>
  );
}

function Target({ action, target }: { action: string; target: string }) {
  const run = runOf(action, target);
  if (run === undefined) return visible(target);
  return (
    <Link to="/runs/$id" params={{ id: run }}>
      {run}
    </Link>
  );
}

function Answer({ status }: { status: number | null }) {
  const { t } = useTranslation();
  const [tone, word]: [Tone, 'open' | 'done' | 'refused' | 'broken'] =
    status === null
      ? ['neutral', 'open']
      : status < 400
        ? ['ok', 'done']
        : status < 500
          ? ['warn', 'refused']
          : ['bad', 'broken'];
  return (
    <Badge tone={tone}>
      {t(`admin.answer.${word}`)} {status}
    </Badge>
  );
}

function detailOf({ detail }: Entry): string {
  const said = (value: unknown) => !['""', '[]', '{}', 'null'].includes(JSON.stringify(value));
  return Object.entries(detail)
    .filter(([, value]) => said(value))
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('\n');
}
