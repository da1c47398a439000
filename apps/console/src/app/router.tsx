import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import type { QueryClient } from '@tanstack/react-query';

import { withMoreTexts } from '../i18n/index.ts';
import { Failed, NotFound } from './failed.tsx';
import { Shell } from './shell.tsx';

/** What every route is given. */
export interface RouterContext {
  readonly queryClient: QueryClient;
}

const root = createRootRouteWithContext<RouterContext>()({
  component: Shell,
  notFoundComponent: NotFound,
  errorComponent: Failed,
});

/** Filters of the list of tasks, as the address has them. */
export interface TaskSearch {
  readonly search?: string;
  readonly status?: string;
  readonly agent?: string;
  readonly tag?: string;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const present = (fields: Record<string, string | undefined>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const taskSearch = (search: Record<string, unknown>): TaskSearch =>
  present({
    search: text(search['search']),
    status: text(search['status']),
    agent: text(search['agent']),
    tag: text(search['tag']),
  });

/** What of the tools is shown, as the address has it. */
export interface ToolSearch {
  readonly show?: 'skills' | 'mcp';
  readonly q?: string;
  readonly source?: string;
}

const toolSearch = (search: Record<string, unknown>): ToolSearch => ({
  ...(search['show'] === 'skills' || search['show'] === 'mcp' ? { show: search['show'] } : {}),
  ...present({ q: text(search['q']), source: text(search['source']) }),
});

/** Which shared files are listed, and which one is open, as the address has it. */
export interface FileSearch {
  readonly prefix?: string;
  readonly path?: string;
}

const fileSearch = (search: Record<string, unknown>): FileSearch =>
  present({ prefix: text(search['prefix']), path: text(search['path']) });

const KINDS = ['fact', 'experience', 'turn', 'chunk', 'summary'] as const;
const STATES = ['active', 'quarantined', 'archived'] as const;
const ORDERS = ['newest', 'oldest', 'fading'] as const;

/** Which memories are shown, as the address has it. Days are those of the reader's calendar, such as 2026-11-27. */
export interface MemorySearch {
  readonly q?: string;
  readonly kind?: (typeof KINDS)[number];
  readonly state?: (typeof STATES)[number];
  readonly order?: (typeof ORDERS)[number];
  readonly agent?: string;
  readonly since?: string;
  readonly until?: string;
  readonly document?: string;
  readonly group?: string;
  /** Those of everybody, which admins may see. */
  readonly all?: true;
  readonly pinned?: true;
  /** The entity whose surroundings are shown, by its id. */
  readonly entity?: string;
}

const memorySearch = (search: Record<string, unknown>): MemorySearch => {
  const kind = KINDS.find((one) => one === search['kind']);
  const state = STATES.find((one) => one === search['state']);
  const order = ORDERS.find((one) => one === search['order']);
  const day = (value: unknown) => (/^\d{4}-\d\d-\d\d$/.test(String(value)) ? String(value) : undefined);
  return {
    ...present({
      q: text(search['q']),
      agent: text(search['agent']),
      since: day(search['since']),
      until: day(search['until']),
      document: text(search['document']),
      group: text(search['group']),
      entity: text(search['entity']),
    }),
    ...(kind ? { kind } : {}),
    ...(state ? { state } : {}),
    ...(order ? { order } : {}),
    ...(search['all'] === true ? { all: true } : {}),
    ...(search['pinned'] === true ? { pinned: true } : {}),
  };
};

const tasks = {
  validateSearch: taskSearch,
  component: lazyRouteComponent(() => import('../tasks/page.tsx'), 'TasksPage'),
};

const routeTree = root.addChildren([
  createRoute({ getParentRoute: () => root, path: '/', ...tasks }),
  createRoute({ getParentRoute: () => root, path: '/runs', ...tasks }),
  createRoute({
    getParentRoute: () => root,
    path: '/new',
    validateSearch: (search: Record<string, unknown>): { agent?: string } => present({ agent: text(search['agent']) }),
    component: lazyRouteComponent(() => import('../tasks/new-page.tsx'), 'NewTaskPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/runs/$id',
    component: lazyRouteComponent(() => import('../run/page.tsx'), 'RunPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/compare',
    validateSearch: (search: Record<string, unknown>): { a?: string; b?: string } =>
      present({ a: text(search['a']), b: text(search['b']) }),
    component: lazyRouteComponent(() => import('../compare/page.tsx'), 'ComparePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/insight',
    component: lazyRouteComponent(() => import('../insight/page.tsx'), 'InsightPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/tools',
    validateSearch: toolSearch,
    component: lazyRouteComponent(() => withMoreTexts(import('../tools/page.tsx')), 'ToolsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/files',
    validateSearch: fileSearch,
    component: lazyRouteComponent(() => withMoreTexts(import('../files/page.tsx')), 'FilesPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/memory',
    validateSearch: memorySearch,
    component: lazyRouteComponent(() => withMoreTexts(import('../memory/search-page.tsx')), 'SearchPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/memory/timeline',
    validateSearch: memorySearch,
    component: lazyRouteComponent(() => withMoreTexts(import('../memory/timeline-page.tsx')), 'TimelinePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/memory/graph',
    validateSearch: memorySearch,
    component: lazyRouteComponent(() => withMoreTexts(import('../memory/graph-page.tsx')), 'GraphPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/memory/documents',
    validateSearch: memorySearch,
    component: lazyRouteComponent(() => withMoreTexts(import('../memory/documents-page.tsx')), 'DocumentsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/memory/conversations',
    validateSearch: memorySearch,
    component: lazyRouteComponent(() => withMoreTexts(import('../memory/conversations-page.tsx')), 'ConversationsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/memory/$id',
    validateSearch: memorySearch,
    component: lazyRouteComponent(() => withMoreTexts(import('../memory/memory-page.tsx')), 'MemoryPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/account',
    component: lazyRouteComponent(() => import('../account/page.tsx'), 'AccountPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/admin',
    component: lazyRouteComponent(() => withMoreTexts(import('../admin/page.tsx')), 'AdminPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/admin/users',
    component: lazyRouteComponent(() => withMoreTexts(import('../admin/users-page.tsx')), 'UsersPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/admin/keys',
    component: lazyRouteComponent(() => withMoreTexts(import('../admin/keys-page.tsx')), 'KeysPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/admin/models',
    component: lazyRouteComponent(() => withMoreTexts(import('../admin/models-page.tsx')), 'ModelsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/admin/doctor',
    component: lazyRouteComponent(() => withMoreTexts(import('../admin/doctor-page.tsx')), 'DoctorPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/admin/limits',
    component: lazyRouteComponent(() => withMoreTexts(import('../admin/limits-page.tsx')), 'LimitsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/admin/audit',
    component: lazyRouteComponent(() => withMoreTexts(import('../admin/audit-page.tsx')), 'AuditPage'),
  }),
]);

/** The console's router. Every page is loaded when it is first come to (PF-1). */
export function makeRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultErrorComponent: Failed,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
