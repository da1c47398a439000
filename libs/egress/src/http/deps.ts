import type { ExchangeDeps } from '../exchange.ts';
import type { UpstreamDeps } from '../upstream/open.ts';

/** What carrying out requests needs. */
export interface ProxyDeps extends ExchangeDeps, UpstreamDeps {
  /** Told of defects of the proxy itself. */
  readonly problem: (error: unknown) => void;
}
