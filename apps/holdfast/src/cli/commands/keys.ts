import type { KeyView } from '../http/api.ts';
import { EXIT, UsageError } from '../exit-code.ts';
import type { Cli } from '../io.ts';
import { oneLine, table } from '../view/text.ts';
import { localTime } from './runs.ts';

/** What `holdfast keys create` takes. */
export interface KeyOptions {
  readonly role?: string;
  readonly scope?: readonly string[];
  readonly days?: string;
  /** Show it in the form that the SDKs of E2B accept. */
  readonly e2b?: boolean;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** `holdfast keys create NAME`: the key is shown once, on stdout. */
export async function keysCreateCommand(cli: Cli, name: string, options: KeyOptions): Promise<number> {
  const days = options.days === undefined ? undefined : Number(options.days);
  if (days !== undefined && !(days > 0))
    throw new UsageError(cli.say('usage.number', { flag: '--days', text: options.days ?? '' }));
  const created = await cli.client.request<KeyView>('POST', '/keys', {
    body: {
      name,
      role: options.role ?? 'operator',
      ...(options.scope ? { scopes: options.scope } : {}),
      ...(days === undefined ? {} : { expires_at: new Date(Date.now() + days * DAY_MS).toISOString() }),
    },
  });
  cli.result(created);
  cli.print((options.e2b ? created.e2b_key : created.key) ?? '');
  cli.note(cli.say(options.e2b ? 'keys.onceE2b' : 'keys.once'));
  return EXIT.OK;
}

/** `holdfast keys list`. */
export async function keysListCommand(cli: Cli): Promise<number> {
  const answer = await cli.client.request<{ keys: readonly KeyView[] }>('GET', '/keys');
  cli.result(answer);
  const never = cli.say('keys.never');
  const rows = answer.keys.map((key) => [
    key.id,
    oneLine(key.name, 40),
    key.role,
    key.scopes.join(' '),
    key.expires_at ? localTime(key.expires_at) : never,
    key.last_used_at ? localTime(key.last_used_at) : never,
  ]);
  const head = [
    cli.say('head.key'),
    cli.say('head.name'),
    cli.say('head.role'),
    cli.say('head.scopes'),
    cli.say('head.expires'),
    cli.say('head.used'),
  ];
  cli.print(table(head, rows));
  return EXIT.OK;
}

/** `holdfast keys revoke ID`. */
export async function keysRevokeCommand(cli: Cli, id: string): Promise<number> {
  await cli.client.request('DELETE', `/keys/${encodeURIComponent(id)}`);
  cli.result({ id, revoked: true });
  cli.print(cli.say('keys.revoked', { id }));
  return EXIT.OK;
}
