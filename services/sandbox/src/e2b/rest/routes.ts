import type { Reply } from '../http.ts';
import type { RestCall } from './call.ts';

/** A method, a path with `{names}`, and what answers. */
export interface Route {
  readonly method: string;
  readonly path: string;
  readonly handle: (call: RestCall) => Promise<Reply> | Reply;
}

/** The route for a request, and what its path names. */
export function findRoute(
  routes: readonly Route[],
  method: string,
  pathname: string,
): { readonly route: Route; readonly params: Readonly<Record<string, string>> } | undefined {
  for (const route of routes) {
    const params = route.method === method || route.method === '*' ? match(route.path, pathname) : undefined;
    if (params) return { route, params };
  }
  return undefined;
}

function match(pattern: string, pathname: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = pathname.split('/');
  const open = wanted.at(-1) === '*';
  if (open ? given.length < wanted.length - 1 : given.length !== wanted.length) return undefined;
  const params: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    if (part === '*') return params;
    const value = given[at] ?? '';
    if (part.startsWith('{')) params[part.slice(1, -1)] = decoded(value);
    else if (part !== value) return undefined;
  }
  return params;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // No such thing will be found by it.
    return text;
  }
}
