import type { McpServer, RequestStateCodec } from '@modelcontextprotocol/server';

import type { ApiContext } from '../api/context.ts';
import type { McpCaller } from './caller.ts';
import type { Era } from './endpoint.ts';

/** One server of the protocol, while it is put together: for one caller. */
export interface McpInstance {
  readonly server: McpServer;
  readonly context: ApiContext;
  /** For whom it is made; a request may come with other scopes later. */
  readonly caller: McpCaller;
  readonly era: Era;
  /** Seals what a client keeps while its user is asked. */
  readonly state: RequestStateCodec;
  /** Whether the gateway is shutting down: what ends then was not cancelled by anybody. */
  readonly isClosing: () => boolean;
}
