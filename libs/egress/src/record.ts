/** What the proxy decided on one request or tunnel, for the audit. */
export interface DecisionRecord {
  /** Counts up within one proxy: the two records of a request or tunnel have the same one. */
  readonly id: number;
  /**
   * `decided`: it was let through, now. `ended`: it is over; there is exactly one for each id, with the final figures.
   * What is refused at once has only this one.
   */
  readonly stage: 'decided' | 'ended';
  /** Epoch milliseconds at which the request came. */
  readonly at: number;
  /** The id of the context, such as a sandbox. */
  readonly context: string;
  /** The HTTP method; `CONNECT` for tunnels; empty when no request could be read. */
  readonly verb: string;
  /** Canonical name or address; empty when none could be read. */
  readonly host: string;
  /** 0 when none could be read. */
  readonly port: number;
  /** The vetted address that is dialled. */
  readonly address?: string;
  readonly verdict: 'allow' | 'deny';
  /** The entry of the policy that decided, or `default`, `address`, `sni`, `protocol`, `request`, `limit`. */
  readonly rule: string;
  /** For people: why it was refused, or how it ended. Empty when there is nothing to say. */
  readonly reason: string;
  /** Bytes that left the machine for this request, with headers and TLS. */
  readonly bytesUp: number;
  /** Bytes that came back. */
  readonly bytesDown: number;
  readonly durationMs: number;
}
