/** What the audit log calls the changes, by the group that they belong to. */
export const AUDIT_ACTIONS = {
  run: [
    'run_create',
    'run_stop',
    'run_cancel',
    'run_resume',
    'run_answer',
    'run_fork',
    'run_export_playbook',
    'run_save_playbook',
  ],
  share: ['share_create', 'share_revoke'],
  upload: ['upload_create'],
  user: ['user_invite', 'user_join', 'user_change', 'user_rename'],
  key: ['key_create', 'key_revoke'],
  session: ['session_login', 'session_logout', 'session_password'],
  model: ['model_check'],
  tool: ['tool_dry_run'],
  file: ['file_write', 'file_fetch', 'file_delete', 'file_rollback', 'file_lock', 'file_extend_lock', 'file_unlock'],
  browser: ['browser_take_over', 'browser_input', 'browser_resume'],
  skills: ['skills_reload'],
  mcp: ['mcp_accept', 'mcp_reconnect'],
  memory: [
    'memory_recall',
    'memory_remember',
    'memory_update',
    'memory_merge',
    'memory_change_state',
    'memory_relate',
    'memory_remove_relation',
    'memory_merge_entities',
    'memory_append',
    'memory_clear',
    'memory_ingest',
    'memory_erase',
    'memory_import',
    'memory_compress',
    'memory_verify',
  ],
} as const;

/** A group of actions; the filter takes it as all that begin so. */
export type AuditGroup = keyof typeof AUDIT_ACTIONS;
/** The name of the text of an action: a dot would be read as a separator. */
export type AuditAction = (typeof AUDIT_ACTIONS)[AuditGroup][number];

/** The groups, in the order in which they are shown. */
export const AUDIT_GROUPS = Object.keys(AUDIT_ACTIONS) as AuditGroup[];

/** The name of the text of an action of the log; undefined for one that this console does not know. */
export function actionNamed(action: string): AuditAction | undefined {
  const name = action.replace('.', '_');
  return Object.values(AUDIT_ACTIONS)
    .flat()
    .find((one) => one === name);
}

/** What the API calls the action of a text. */
export function codeOf(action: AuditAction): string {
  return action.replace('_', '.');
}

/** The run that an entry is about; undefined where it is about something else. */
export function runOf(action: string, target: string): string | undefined {
  // A share is named by its run and its own id.
  const [run = ''] = target.split('/');
  return /^(run|share)\./.test(action) && /^run_\w+$/.test(run) ? run : undefined;
}
