import { describe, expect, it } from 'vitest';

import { actionNamed, AUDIT_ACTIONS, codeOf, runOf } from './audit-actions.ts';

describe('the words of the audit log', () => {
  it('are those of the API, and back', () => {
    expect(actionNamed('run.save_playbook')).toBe('run_save_playbook');
    expect(codeOf('run_save_playbook')).toBe('run.save_playbook');
    expect(actionNamed('moon.landing')).toBeUndefined();
    for (const [group, actions] of Object.entries(AUDIT_ACTIONS)) {
      for (const action of actions) expect(codeOf(action)).toMatch(new RegExp(`^${group}\\.[a-z_]+$`));
    }
  });

  it('lead to a run where an entry is about one', () => {
    expect(runOf('run.cancel', 'run_0190')).toBe('run_0190');
    expect(runOf('share.create', 'run_0190/share_1')).toBe('run_0190');
    expect(runOf('run.create', '')).toBeUndefined();
    expect(runOf('run.create', '../users')).toBeUndefined();
    expect(runOf('key.create', 'run_0190')).toBeUndefined();
  });
});
