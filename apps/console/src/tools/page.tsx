import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { ToolSearch } from '../app/router.tsx';
import { Guard } from '../app/guard.tsx';
import { Page } from '../ui/page.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { Catalog } from './catalog.tsx';
import { McpServers } from './mcp.tsx';
import { Skills } from './skills.tsx';

const VIEWS = ['catalog', 'skills', 'mcp'] as const;

/** What agents can do, and where it comes from. */
export function ToolsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useRouterState({ select: (state) => state.location.search as ToolSearch });
  const view = search.show ?? 'catalog';
  return (
    <Guard scope="runs:read" title={t('nav.tools')}>
      <Page title={t('nav.tools')}>
        <Tabs
          label={t('tools.show.label')}
          tabs={VIEWS.map((name) => ({ name, label: t(`tools.show.${name}`) }))}
          value={view}
          onChange={(name) => void navigate({ to: '/tools', search: name === 'catalog' ? {} : { show: name } })}
        >
          <div className="flex flex-col gap-4 pt-2">
            {view === 'catalog' && <Catalog search={search} />}
            {view === 'skills' && <Skills />}
            {view === 'mcp' && <McpServers />}
          </div>
        </Tabs>
      </Page>
    </Guard>
  );
}
