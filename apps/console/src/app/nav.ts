import type { LinkProps } from '@tanstack/react-router';

import type { Scope } from './access.ts';

/** A place that one can go to. */
export interface Place {
  readonly to: NonNullable<LinkProps['to']>;
  readonly label:
    | 'tasks'
    | 'new'
    | 'compare'
    | 'insight'
    | 'tools'
    | 'files'
    | 'memory'
    | 'users'
    | 'keys'
    | 'models'
    | 'doctor'
    | 'limits'
    | 'audit'
    | 'account';
  readonly icon: string;
  /** Who does not hold it does not see the place. */
  readonly scope?: Scope;
}

/** The places of daily work. */
export const WORK: readonly Place[] = [
  { to: '/', label: 'tasks', icon: '☰', scope: 'runs:read' },
  { to: '/new', label: 'new', icon: '＋', scope: 'runs:write' },
  { to: '/compare', label: 'compare', icon: '⇄', scope: 'runs:read' },
  { to: '/insight', label: 'insight', icon: '◔', scope: 'runs:read' },
  { to: '/tools', label: 'tools', icon: '⚒', scope: 'runs:read' },
  { to: '/files', label: 'files', icon: '▤', scope: 'runs:read' },
  { to: '/memory', label: 'memory', icon: '❖', scope: 'runs:read' },
];

/** The places of those who run the server. */
export const ADMIN: readonly Place[] = [
  { to: '/admin/users', label: 'users', icon: '☺', scope: 'users:admin' },
  { to: '/admin/keys', label: 'keys', icon: '⚷', scope: 'keys:admin' },
  { to: '/admin/models', label: 'models', icon: '✦', scope: 'admin:read' },
  { to: '/admin/doctor', label: 'doctor', icon: '✚', scope: 'admin:read' },
  { to: '/admin/limits', label: 'limits', icon: '⇥', scope: 'admin:read' },
  { to: '/admin/audit', label: 'audit', icon: '☷', scope: 'admin:read' },
];

/** One's own place. */
export const ACCOUNT: Place = { to: '/account', label: 'account', icon: '◉' };
