/**
 * What a sandbox asks to reach. It can only narrow what the operator allows: `allow` left out asks for all of that, and
 * an empty list for nothing.
 */
export interface EgressRequest {
  /** Domains (with wildcards), addresses or CIDR blocks. */
  readonly allow?: readonly string[];
  /** Refused, also where `allow` names them. */
  readonly deny: readonly string[];
}
