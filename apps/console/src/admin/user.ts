import type { QueryClient } from '@tanstack/react-query';

import { api, ask } from '../api/client.ts';
import type { paths } from '../api/schema.gen.ts';
import type { Role } from './roles.ts';

/** A user as the API shows it. */
export type User = paths['/api/v1/users']['get']['responses'][200]['content']['application/json']['users'][number];

/** Where the list of users is kept. */
export const USERS_KEY = ['users'] as const;

/**
 * Sets a user's role, or disables or enables the user.
 *
 * @throws ApiError where the server refuses, such as for the last owner.
 */
export async function changeUser(
  queries: QueryClient,
  id: string,
  change: { role?: Role; disabled?: boolean },
): Promise<void> {
  await ask(api.PATCH('/api/v1/users/{id}', { params: { path: { id } }, body: change }));
  await Promise.all([
    queries.invalidateQueries({ queryKey: USERS_KEY }),
    queries.invalidateQueries({ queryKey: ['me'] }),
  ]);
}
