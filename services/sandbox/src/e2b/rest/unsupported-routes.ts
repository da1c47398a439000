import { unsupported } from '../http.ts';
import type { Route } from './routes.ts';

const TEMPLATES = "building templates: they are declared in Holdfast's configuration (docs/sandbox.md)";
const TEAMS = 'teams: users and API keys are managed in the console of Holdfast';

/** What E2B has and Holdfast has not; each says so in E2B's form. */
export const unsupportedRoutes: readonly Route[] = [
  ['/v3/templates', TEMPLATES],
  ['/v3/templates/*', TEMPLATES],
  ['/v2/templates', TEMPLATES],
  ['/v2/templates/*', TEMPLATES],
  ['/templates', TEMPLATES],
  ['/templates/*', TEMPLATES],
  ['/volumes', 'volumes'],
  ['/volumes/*', 'volumes'],
  ['/secrets', 'secrets'],
  ['/secrets/*', 'secrets'],
  ['/teams', TEAMS],
  ['/teams/*', TEAMS],
  ['/api-keys', TEAMS],
  ['/api-keys/*', TEAMS],
  ['/access-tokens', TEAMS],
  ['/access-tokens/*', TEAMS],
  ['/nodes', 'nodes'],
  ['/nodes/*', 'nodes'],
  ['/admin/*', 'administration by this API'],
].map(([path = '', what = '']) => ({ method: '*', path, handle: () => unsupported(what) }));
