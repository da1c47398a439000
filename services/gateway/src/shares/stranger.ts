import type { agentpb } from '@holdfast/protocol';

import type { Users } from '../auth/users.ts';
import { type Hide, hideForStrangers, type HostPath } from '../export/hide.ts';

/** What is taken out of a run of this tenant before a stranger sees it. */
export async function hideFromStranger(
  { dataDir, users }: { readonly dataDir: string; readonly users: Users },
  tenant: string,
): Promise<(run: agentpb.Run) => Hide> {
  const emails = (await users.list(tenant)).map(({ email }) => email);
  return ({ inputs, workspace }) => {
    const paths: HostPath[] = [
      ...inputs.map(({ name, path }) => ({ path, instead: `/input/${name}` })),
      { path: workspace, instead: '/workspace' },
      { path: dataDir, instead: '/data' },
    ];
    return hideForStrangers(paths, emails);
  };
}
