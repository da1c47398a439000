import { useQuery } from '@tanstack/react-query';

import { meQuery } from '../api/queries.ts';
import type { paths } from '../api/schema.gen.ts';

/** Who is logged in, as the API says. */
export type Me = paths['/api/v1/me']['get']['responses'][200]['content']['application/json'];
/** A permission. */
export type Scope = Me['scopes'][number];

/** Whether the visitor may do what needs this scope. The server decides; this only spares a button that cannot work. */
export function useMay(scope: Scope): boolean {
  const { data } = useQuery(meQuery);
  return data?.scopes.includes(scope) ?? false;
}
