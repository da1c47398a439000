import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Guard } from '../app/guard.tsx';
import { Page } from '../ui/page.tsx';

const PLACES = [
  { to: '/memory', name: 'search' },
  { to: '/memory/timeline', name: 'timeline' },
  { to: '/memory/graph', name: 'graph' },
  { to: '/memory/documents', name: 'documents' },
  { to: '/memory/conversations', name: 'conversations' },
] as const;

/** A page of memory: its heading, the way to the others, and what it holds. */
export function Frame(props: { title: string; lead?: string; actions?: ReactNode; children: ReactNode }) {
  const { actions, children, lead, title } = props;
  const { t } = useTranslation();
  return (
    <Guard scope="runs:read" title={title}>
      <Page title={title} actions={actions}>
        <div className="flex flex-col gap-4">
          <nav aria-label={t('memory.places.label')} className="flex gap-1 overflow-x-auto border-b border-line">
            {PLACES.map(({ name, to }) => (
              <Link
                key={name}
                to={to}
                activeOptions={{ exact: true, includeSearch: false }}
                className="flex min-h-9 items-center border-b-2 border-transparent px-3 whitespace-nowrap text-soft no-underline aria-[current=page]:border-accent aria-[current=page]:font-semibold aria-[current=page]:text-accent"
              >
                {t(`memory.places.${name}`)}
              </Link>
            ))}
          </nav>
          {lead !== undefined && <p className="max-w-3xl text-soft">{lead}</p>}
          {children}
        </div>
      </Page>
    </Guard>
  );
}
