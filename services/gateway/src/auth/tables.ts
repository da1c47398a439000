/** The gateway's tables. Those named user, session, account and verification have the columns of better-auth. */
export interface GatewayTables {
  gateway_user: { id: string; name: string; email: string; createdAt: string; updatedAt: string };
  gateway_session: { id: string; userId: string };
  gateway_account: {
    id: string;
    accountId: string;
    providerId: string;
    userId: string;
    password: string;
    createdAt: string;
    updatedAt: string;
  };
  /** What a user may do, and where. */
  gateway_member: { user_id: string; tenant: string; role: string; created_at: number; disabled_at: number | null };
  gateway_key: {
    id: string;
    tenant: string;
    name: string;
    role: string;
    /** JSON array. */
    scopes: string;
    /** SHA-256 of the secret, hex. */
    hash: string;
    /** The user who answers for it; null: made with the key file of the machine. */
    user_id: string | null;
    created_by: string;
    created_at: number;
    expires_at: number | null;
    last_used_at: number | null;
    revoked_at: number | null;
  };
  /** One-time links: set-up and invitations. */
  gateway_link: {
    /** SHA-256 of the token, hex. */
    hash: string;
    purpose: 'setup' | 'invite';
    tenant: string;
    role: string;
    /** The only address that may be used with it; null: any. */
    email: string | null;
    created_by: string;
    created_at: number;
    expires_at: number;
    used_at: number | null;
    used_by: string | null;
  };
  gateway_setting: { name: string; value: string };
}
