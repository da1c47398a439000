// Made from the OpenAPI document of the gateway: node tests/src/console/generate-api.ts

/** The schemas by name. */
export interface components {
  schemas: {
    Action: {
      id: string;
      kind: string;
      name: string;
      arguments: Record<string, unknown> | null;
      effect: 'read' | 'idempotent' | 'write' | null;
      attempt: number;
      intent_seq: number;
      outcome_seq: number | null;
      intent_at: string | null;
      outcome_at: string | null;
      outcome: string;
      result: Record<string, unknown> | null;
      settled: string | null;
      usage: components['schemas']['Usage'] | null;
      idempotency_key: string | null;
    };
    Agent: {
      name: string;
      description: string;
      description_zh: string;
      playbook: boolean;
      models: string[];
      tools: string[];
      unavailable: string | null;
      parameters: Record<string, unknown>;
    };
    AuditEntry: {
      id: string;
      at: string;
      subject: string;
      user_name: string | null;
      action: string;
      target: string;
      status: number | null;
      ip: string;
      detail: Record<string, unknown>;
    };
    Browser: {
      run_id: string;
      engine: 'playwright' | 'puppeteer';
      reason: string;
      url: string;
      title: string;
      opened_at: string;
      taken_over: { by: string; at: string } | null;
    };
    Document: {
      id: string;
      name: string;
      title: string | null;
      user: string | null;
      agent: string | null;
      format: string;
      state: 'reading' | 'indexing' | 'ready' | 'failed';
      error: { code: string; message: string } | null;
      sha256: string;
      size: number;
      chunks: number;
      chunks_done: number;
      chunks_added: number;
      chunks_kept: number;
      chunks_removed: number;
      created_at: string;
      updated_at: string;
    };
    EffectiveConfig: {
      file: string | null;
      values: { key: string; value: unknown; origin: string; description: string; environment: string }[];
    };
    Entity: { id: string; name: string; type: string | null; aliases: string[]; degree: number; created_at: string };
    ErasureCertificate: {
      id: string;
      at: string;
      by: string;
      reason: string;
      what: string;
      memories: number;
      sha256: string;
      stores: { store: string; product: string; removed: number; left: number }[];
      pending: { source: string; reason: string }[];
    };
    ErrorDetail: { code: string; message: string; details?: Record<string, unknown> };
    ErrorResponse: { error: components['schemas']['ErrorDetail'] };
    FileChanges: {
      n: number;
      action_id: string;
      attempt: number;
      at: string;
      files: {
        path: string;
        change: 'added' | 'modified' | 'deleted';
        before: components['schemas']['FileVersion'] | null;
        after: components['schemas']['FileVersion'] | null;
      }[];
    };
    FileVersion: { sha256: string; size: number; mode: number; kept: boolean; binary: boolean };
    ForkedRun: {
      id: string;
      agent: string;
      playbook: boolean;
      task: string;
      status: 'queued' | 'running' | 'waiting' | 'held' | 'succeeded' | 'failed' | 'canceled';
      created_at: string | null;
      started_at: string | null;
      ended_at: string | null;
      seq: number;
      steps: number;
      usage: components['schemas']['Usage'];
      limits: { wall_ms: number | null; steps: number | null; tokens: number | null; cost_usd: number | null };
      recoveries: number;
      output: string;
      error: components['schemas']['ErrorDetail'] | null;
      questions: components['schemas']['Question'][];
      artifacts: string[];
      inputs: { name: string; path: string }[];
      parameters: Record<string, unknown>;
      forked_from: string | null;
      forked_at: number | null;
      replay: boolean;
      tags: string[];
      isolation: string;
      created_by: string;
      workspace: string;
      not_restored: string[];
    };
    Insight: {
      from: string;
      to: string;
      step_ms: number;
      run_ms: { p50: number; p95: number } | null;
      points: components['schemas']['InsightPoint'][];
      agents: {
        name: string;
        runs: number;
        succeeded: number;
        failed: number;
        canceled: number;
        p50_ms: number | null;
        p95_ms: number | null;
      }[];
      models: {
        name: string;
        calls: number;
        errors: number;
        p50_ms: number | null;
        p95_ms: number | null;
        input_tokens: number;
        output_tokens: number;
        cost_usd: number | null;
        cost_unknown: boolean;
      }[];
      tools: {
        name: string;
        calls: number;
        errors: number;
        p50_ms: number | null;
        p95_ms: number | null;
        max_ms: number;
        total_ms: number;
      }[];
      resources: {
        at: string;
        rss_bytes: number;
        cpu_fraction: number;
        event_loop_delay_ms: number;
        disk_free_bytes: number;
      }[];
    };
    InsightPoint: {
      at: string;
      runs: { started: number; succeeded: number; failed: number; canceled: number };
      run_ms: { p50: number; p95: number } | null;
      queue_ms: { p50: number; p95: number } | null;
      model_calls: number;
      model_errors: number;
      tool_calls: number;
      tool_errors: number;
      input_tokens: number;
      output_tokens: number;
      cost_usd: number | null;
      cost_unknown: boolean;
    };
    McpServer: {
      name: string;
      source: string;
      state: 'connecting' | 'ready' | 'degraded' | 'open' | 'closed';
      trusted: boolean;
      pinned: boolean;
      instances: {
        id: string;
        state: 'connecting' | 'ready' | 'degraded' | 'open' | 'closed';
        breaker: string;
        healthy: boolean;
        address: string;
        since: string;
        last_error: string;
        next_attempt_at: string | null;
        calls: number;
        failures: number;
        protocol: string;
      }[];
      tools: { name: string; qualified_name: string; description: string; problem: string }[];
      drift: {
        tool: string;
        kind: string;
        since: string;
        before: string;
        after: string;
        blocked: boolean;
        accepted: string;
        current: string;
      }[];
    };
    Memory: {
      id: string;
      user: string | null;
      agent: string | null;
      kind: 'fact' | 'experience' | 'turn' | 'chunk' | 'summary';
      state: 'active' | 'quarantined' | 'archived';
      text: string;
      attributes: Record<string, unknown>;
      trust: 'user' | 'agent' | 'outside';
      origin: string;
      run_id: string | null;
      action_id: string | null;
      document_id: string | null;
      author: string | null;
      evidence: string | null;
      location: string | null;
      confidence: number;
      created_at: string;
      at: string;
      group: string | null;
      position: number;
      pinned: boolean;
      revision: number;
      strength_days: number;
      recalls: number;
      last_recalled_at: string | null;
      retention: number;
      archived_into: string | null;
      quarantine_reason: string | null;
    };
    Model: { id: string; source: string; available: boolean; why: string; is_default: boolean };
    ModelCheck: {
      id: string;
      ok: boolean;
      ms: number;
      cost_usd: number | null;
      error: components['schemas']['ErrorDetail'] | null;
    };
    Question: {
      action_id: string;
      kind: string;
      text: string;
      tool: string | null;
      arguments: Record<string, unknown> | null;
      choices: string[];
    };
    Relation: {
      id: string;
      subject: string;
      predicate: string;
      object: string;
      user: string | null;
      agent: string | null;
      valid_from: string | null;
      valid_until: string | null;
      confidence: number;
      memory_ids: string[];
      contradicts: string[];
      created_at: string;
    };
    Run: {
      id: string;
      agent: string;
      playbook: boolean;
      task: string;
      status: 'queued' | 'running' | 'waiting' | 'held' | 'succeeded' | 'failed' | 'canceled';
      created_at: string | null;
      started_at: string | null;
      ended_at: string | null;
      seq: number;
      steps: number;
      usage: components['schemas']['Usage'];
      limits: { wall_ms: number | null; steps: number | null; tokens: number | null; cost_usd: number | null };
      recoveries: number;
      output: string;
      error: components['schemas']['ErrorDetail'] | null;
      questions: components['schemas']['Question'][];
      artifacts: string[];
      inputs: { name: string; path: string }[];
      parameters: Record<string, unknown>;
      forked_from: string | null;
      forked_at: number | null;
      replay: boolean;
      tags: string[];
      isolation: string;
      created_by: string;
      workspace: string;
    };
    Share: {
      id: string;
      created_by: string;
      created_at: string;
      expires_at: string;
      revoked_at: string | null;
      views: number;
    };
    SharedVersion: {
      path: string;
      version: number;
      sha256: string;
      size: number;
      by: string;
      run_id: string | null;
      at: string;
      message: string;
      base: number;
      fence: number;
      deleted: boolean;
    };
    Skill: {
      name: string;
      description: string;
      version: string;
      source: string;
      state: 'loading' | 'ready' | 'stale' | 'broken' | 'hidden';
      trusted: boolean;
      tools: string[];
      problems: { file: string; line: number; reason: string; warning: boolean }[];
      hosts: number;
      retiring: number;
      lost_hosts: number;
      lost_calls: number;
    };
    Tool: {
      name: string;
      description: string;
      parameters: Record<string, unknown>;
      effect: 'read' | 'idempotent' | 'write' | null;
      approval: 'none' | 'always';
      reconcilable: boolean;
      timeout_ms: number;
      asks_human: boolean;
      deferred: boolean;
      source: string;
    };
    ToolBudget: { tools: string; of: 'run' | 'day'; limit_usd: number; spent_usd: number };
    ToolDryRun: {
      effect: 'read' | 'idempotent' | 'write' | null;
      approval: 'none' | 'always';
      timeout_ms: number;
      problem: components['schemas']['ErrorDetail'] | null;
      cost_usd: number;
      rates: components['schemas']['ToolRate'][];
      budgets: components['schemas']['ToolBudget'][];
      max_result_bytes: number;
      preview: Record<string, unknown> | null;
      no_preview: string;
    };
    ToolRate: {
      tools: string;
      calls: number;
      per: 'minute' | 'hour';
      of: 'tenant' | 'run';
      left: number;
      wait_ms: number;
    };
    ToolUsage: { day: string; tool: string; calls: number; failed: number; cost_usd: number };
    Upload: { id: string; name: string; size: number; sha256: string };
    Usage: {
      input_tokens: number;
      output_tokens: number;
      cached_input_tokens: number;
      cost_usd: number | null;
      cost_unknown: boolean;
    };
  };
}

/** The operations by path and method. */
export interface paths {
  '/api/v1/agents': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: { 'application/json': { agents: components['schemas']['Agent'][] } };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/audit': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: {
        query?: { limit?: number; page?: string; subject?: string; action?: string; since?: string; until?: string };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: { 'application/json': { entries: components['schemas']['AuditEntry'][]; next_page: string | null } };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/auth/login': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody: { content: { 'application/json': { email: string; password: string } } };
      responses: {
        204: { headers: Record<string, unknown>; content?: never };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/auth/logout': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody?: never;
      responses: {
        204: { headers: Record<string, unknown>; content?: never };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/auth/password': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody: { content: { 'application/json': { current: string; wanted: string } } };
      responses: {
        204: { headers: Record<string, unknown>; content?: never };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/browsers': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: { 'application/json': { browsers: components['schemas']['Browser'][] } };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/config': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['EffectiveConfig'] };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/doctor': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: { 'application/json': { ok: boolean; checks: { name: string; ok: boolean; verdict: string }[] } };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/files': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: {
        query?: { prefix?: string; after?: string; limit?: number; deleted?: string };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            'application/json': {
              files: {
                path: string;
                version: number;
                sha256: string;
                size: number;
                by: string;
                run_id: string | null;
                at: string;
                message: string;
                base: number;
                fence: number;
                deleted: boolean;
                oldest: number;
              }[];
              next: string | null;
            };
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/files/content': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query: { path: string; version?: number }; header?: never; path?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: { headers: Record<string, unknown>; content: { 'application/octet-stream': string } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put: {
      parameters: {
        query: { path: string; message?: string; sha256?: string };
        header?: { 'if-match'?: string; 'x-holdfast-fence'?: string; 'idempotency-key'?: string };
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { 'application/octet-stream': string } };
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['SharedVersion'] };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    post?: never;
    delete: {
      parameters: {
        query: { path: string; message?: string };
        header?: { 'if-match'?: string; 'x-holdfast-fence'?: string; 'idempotency-key'?: string };
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['SharedVersion'] };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    patch?: never;
  };
  '/api/v1/files/delta': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: {
        query: { path: string; base: number; message?: string; sha256?: string };
        header?: { 'if-match'?: string; 'x-holdfast-fence'?: string; 'idempotency-key'?: string };
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { 'application/octet-stream': string } };
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['SharedVersion'] };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/files/diff': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: {
        query: { path: string; before: number; after?: number };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            'application/json': {
              before: components['schemas']['SharedVersion'];
              after: components['schemas']['SharedVersion'];
              diff: string;
            };
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/files/drafts/{id}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path: { id: string }; cookie?: never };
      requestBody?: never;
      responses: {
        200: { headers: Record<string, unknown>; content: { 'application/octet-stream': string } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/files/fetch': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query: { path: string; version?: number }; header?: never; path?: never; cookie?: never };
      requestBody: { content: { 'application/octet-stream': string } };
      responses: {
        200: { headers: Record<string, unknown>; content: { 'application/octet-stream': string } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/files/lock': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody: { content: { 'application/json': { path: string; ttl_ms?: number; wait_ms?: number } } };
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: { 'application/json': { path: string; token: number; holder: string; ttl_ms: number } };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/files/lock/extend': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody: { content: { 'application/json': { path: string; holder: string; ttl_ms?: number } } };
      responses: {
        200: { headers: Record<string, unknown>; content: { 'application/json': { ttl_ms: number } } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/files/rollback': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: {
        query?: never;
        header?: { 'if-match'?: string; 'x-holdfast-fence'?: string; 'idempotency-key'?: string };
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { 'application/json': { path: string; version: number; message?: string } } };
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['SharedVersion'] };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/files/signature': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query: { path: string; version?: number }; header?: never; path?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: { headers: Record<string, unknown>; content: { 'application/octet-stream': string } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/files/unlock': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody: { content: { 'application/json': { path: string; holder: string } } };
      responses: {
        200: { headers: Record<string, unknown>; content: { 'application/json': { released: boolean } } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/files/versions': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: {
        query: { path: string; before?: number; limit?: number };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: { 'application/json': { versions: components['schemas']['SharedVersion'][] } };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/insight': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: { from?: string; to?: string }; header?: never; path?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: { headers: Record<string, unknown>; content: { 'application/json': components['schemas']['Insight'] } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/keys': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            'application/json': {
              keys: {
                id: string;
                name: string;
                role: 'viewer' | 'operator' | 'admin' | 'owner';
                scopes: ('runs:read' | 'runs:write' | 'runs:approve' | 'keys:admin' | 'users:admin' | 'admin:read')[];
                created_by: string;
                created_at: string;
                expires_at: string | null;
                last_used_at: string | null;
              }[];
            };
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            name: string;
            role?: 'viewer' | 'operator' | 'admin' | 'owner';
            scopes?: ('runs:read' | 'runs:write' | 'runs:approve' | 'keys:admin' | 'users:admin' | 'admin:read')[];
            expires_at?: string;
          };
        };
      };
      responses: {
        201: {
          headers: Record<string, unknown>;
          content: {
            'application/json': {
              id: string;
              name: string;
              role: 'viewer' | 'operator' | 'admin' | 'owner';
              scopes: ('runs:read' | 'runs:write' | 'runs:approve' | 'keys:admin' | 'users:admin' | 'admin:read')[];
              created_by: string;
              created_at: string;
              expires_at: string | null;
              last_used_at: string | null;
              key: string;
              e2b_key: string;
            };
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/keys/{id}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post?: never;
    delete: {
      parameters: { query?: never; header?: never; path: { id: string }; cookie?: never };
      requestBody?: never;
      responses: {
        204: { headers: Record<string, unknown>; content?: never };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    patch?: never;
  };
  '/api/v1/mcp/servers': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            'application/json': {
              servers: components['schemas']['McpServer'][];
              discoveries: { name: string; problem: string }[];
            };
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/mcp/servers/{name}/accept': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path: { name: string }; cookie?: never };
      requestBody: { content: { 'application/json': { tool?: string } } };
      responses: {
        200: { headers: Record<string, unknown>; content: { 'application/json': { tools: string[] } } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/mcp/servers/{name}/reconnect': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path: { name: string }; cookie?: never };
      requestBody?: never;
      responses: {
        200: { headers: Record<string, unknown>; content: { 'application/json': { name: string } } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/me': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            'application/json': {
              kind: 'session' | 'key' | 'local';
              subject: string;
              tenant: string;
              role: 'viewer' | 'operator' | 'admin' | 'owner';
              scopes: ('runs:read' | 'runs:write' | 'runs:approve' | 'keys:admin' | 'users:admin' | 'admin:read')[];
              user: {
                id: string;
                name: string;
                email: string;
                role: 'viewer' | 'operator' | 'admin' | 'owner';
                created_at: string;
                disabled_at: string | null;
              } | null;
            };
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody: { content: { 'application/json': { name: string } } };
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            'application/json': {
              kind: 'session' | 'key' | 'local';
              subject: string;
              tenant: string;
              role: 'viewer' | 'operator' | 'admin' | 'owner';
              scopes: ('runs:read' | 'runs:write' | 'runs:approve' | 'keys:admin' | 'users:admin' | 'admin:read')[];
              user: {
                id: string;
                name: string;
                email: string;
                role: 'viewer' | 'operator' | 'admin' | 'owner';
                created_at: string;
                disabled_at: string | null;
              } | null;
            };
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
  };
  '/api/v1/memory/certificates': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: { id?: string }; header?: never; path?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: { 'application/json': { certificates: components['schemas']['ErasureCertificate'][] } };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/memory/compress': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody: { content: { 'application/json': { dry_run?: boolean } } };
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            'application/json': {
              clusters: { summary: components['schemas']['Memory'] | null; ids: string[]; by: string }[];
              alone: number;
            };
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/memory/documents': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: {
        query?: { user?: string; agent?: string; everybody?: string; after?: string; limit?: number };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: { 'application/json': { documents: components['schemas']['Document'][]; next: string | null } };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            path?: string;
            url?: string;
            name?: string;
            user?: string;
            agent?: string;
            format?: string;
            title?: string;
            trust?: 'user' | 'agent' | 'outside';
          };
        };
      };
      responses: {
        202: { headers: Record<string, unknown>; content: { 'application/json': components['schemas']['Document'] } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/memory/documents/content': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: {
        query: {
          name: string;
          shared?: string;
          user?: string;
          agent?: string;
          format?: string;
          title?: string;
          trust?: 'user' | 'agent' | 'outside';
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { 'application/octet-stream': string } };
      responses: {
        202: { headers: Record<string, unknown>; content: { 'application/json': components['schemas']['Document'] } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/memory/documents/{id}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: {
        query?: { user?: string; agent?: string; everybody?: string };
        header?: never;
        path: { id: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: Record<string, unknown>; content: { 'application/json': components['schemas']['Document'] } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete: {
      parameters: {
        query?: { user?: string; agent?: string; everybody?: string; reason?: string };
        header?: never;
        path: { id: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErasureCertificate'] };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    patch?: never;
  };
  '/api/v1/memory/entities': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: {
        query?: { user?: string; agent?: string; everybody?: string; query?: string; type?: string; limit?: number };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: { 'application/json': { entities: components['schemas']['Entity'][] } };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/memory/entities/merge': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: {
        query?: { user?: string; agent?: string; everybody?: string };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { 'application/json': { into: string; from: string } } };
      responses: {
        200: { headers: Record<string, unknown>; content: { 'application/json': components['schemas']['Entity'] } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/memory/erase': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            ids?: string[];
            user?: string;
            document_id?: string;
            run_id?: string;
            group?: string;
            reason?: string;
            agent?: string;
            everybody?: boolean;
          };
        };
      };
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErasureCertificate'] };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/memory/export': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: {
        query?: {
          user?: string;
          agent?: string;
          everybody?: string;
          kind?: string;
          state?: 'active' | 'quarantined' | 'archived';
          group?: string;
          run_id?: string;
          document_id?: string;
          since?: string;
          until?: string;
          contains?: string;
          pinned?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: Record<string, unknown>; content: { 'application/x-ndjson': string } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/memory/graph': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: {
        query?: {
          user?: string;
          agent?: string;
          everybody?: string;
          entity?: string;
          depth?: number;
          at?: string;
          limit?: number;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            'application/json': {
              entities: components['schemas']['Entity'][];
              relations: components['schemas']['Relation'][];
              truncated: boolean;
            };
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/memory/import': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: { user?: string; agent?: string }; header?: never; path?: never; cookie?: never };
      requestBody: { content: { 'application/x-ndjson': string } };
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            'application/json': {
              imported: number;
              known: number;
              quarantined: number;
              failed: number;
              problems: { line: number; code: string; message: string }[];
            };
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/memory/memories': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: {
        query?: {
          user?: string;
          agent?: string;
          everybody?: string;
          kind?: string;
          state?: 'active' | 'quarantined' | 'archived';
          group?: string;
          run_id?: string;
          document_id?: string;
          since?: string;
          until?: string;
          contains?: string;
          pinned?: string;
          order?: 'newest' | 'oldest' | 'fading';
          after?: string;
          limit?: number;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            'application/json': { memories: components['schemas']['Memory'][]; next: string | null; total: number };
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            user?: string;
            agent?: string;
            memories: {
              id?: string;
              text: string;
              kind?: 'fact' | 'experience' | 'turn' | 'chunk' | 'summary';
              at?: string;
              group?: string;
              position?: number;
              author?: string;
              evidence?: string;
              attributes?: Record<string, unknown>;
              confidence?: number;
              pinned?: boolean;
            }[];
          };
        };
      };
      responses: {
        201: {
          headers: Record<string, unknown>;
          content: {
            'application/json': {
              remembered: { memory: components['schemas']['Memory']; as: 'new' | 'known' | 'quarantined' }[];
            };
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/memory/memories/{id}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: {
        query?: { user?: string; agent?: string; everybody?: string };
        header?: never;
        path: { id: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            'application/json': {
              memory: components['schemas']['Memory'];
              recalled_at: string[];
              originals: components['schemas']['Memory'][];
              neighbours: components['schemas']['Memory'][];
            };
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch: {
      parameters: {
        query?: { user?: string; agent?: string; everybody?: string };
        header?: never;
        path: { id: string };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            revision: number;
            text?: string;
            pinned?: boolean;
            confidence?: number;
            attributes?: Record<string, unknown>;
            kind?: 'fact' | 'experience' | 'turn' | 'chunk' | 'summary';
            at?: string;
          };
        };
      };
      responses: {
        200: { headers: Record<string, unknown>; content: { 'application/json': components['schemas']['Memory'] } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
  };
  '/api/v1/memory/merge': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': { ids: string[]; text?: string; user?: string; agent?: string; everybody?: boolean };
        };
      };
      responses: {
        201: { headers: Record<string, unknown>; content: { 'application/json': components['schemas']['Memory'] } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/memory/path': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: {
        query: { user?: string; agent?: string; everybody?: string; from: string; to: string };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            'application/json': {
              entities: components['schemas']['Entity'][];
              relations: components['schemas']['Relation'][];
            };
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/memory/recall': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            query: string;
            limit?: number;
            budget_tokens?: number;
            strengthen?: boolean;
            user?: string;
            agent?: string;
            everybody?: boolean;
            kind?: ('fact' | 'experience' | 'turn' | 'chunk' | 'summary')[];
            state?: 'active' | 'quarantined' | 'archived';
            group?: string;
            run_id?: string;
            document_id?: string;
            since?: string;
            until?: string;
            contains?: string;
            pinned?: boolean;
          };
        };
      };
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            'application/json': {
              hits: {
                memory: components['schemas']['Memory'];
                score: number;
                rank: number;
                rank_before: number | null;
                sources: { source: string; score: number; rank: number | null }[];
                retention_weight: number;
                matched: string[];
                graph_path: string[];
                context: string | null;
              }[];
              missing: { source: string; reason: string }[];
              took_ms: Record<string, number>;
              tokens: number;
            };
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/memory/relations': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            user?: string;
            agent?: string;
            subject: string;
            predicate: string;
            object: string;
            subject_type?: string;
            object_type?: string;
            valid_from?: string;
            valid_until?: string;
            confidence?: number;
            memory_ids?: string[];
            exclusive?: boolean;
          };
        };
      };
      responses: {
        201: {
          headers: Record<string, unknown>;
          content: {
            'application/json': {
              relation: components['schemas']['Relation'];
              subject: components['schemas']['Entity'];
              object: components['schemas']['Entity'];
              contradicts: components['schemas']['Relation'][];
            };
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/memory/relations/{id}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post?: never;
    delete: {
      parameters: {
        query?: { user?: string; agent?: string; everybody?: string };
        header?: never;
        path: { id: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: Record<string, unknown>; content: { 'application/json': { removed: boolean } } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    patch?: never;
  };
  '/api/v1/memory/sessions': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: {
        query?: { user?: string; agent?: string; everybody?: string };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            'application/json': {
              sessions: {
                session: string;
                user: string | null;
                agent: string | null;
                items: number;
                used_at: string;
                expires_at: string;
              }[];
            };
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/memory/sessions/{session}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: {
        query?: { user?: string; agent?: string; everybody?: string; budget_tokens?: number };
        header?: never;
        path: { session: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            'application/json': {
              summary: string;
              items: { role: 'user' | 'assistant' | 'tool' | 'note'; text: string; at?: string }[];
              summarised: number;
              tokens: number;
              expires_at: string | null;
            };
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path: { session: string }; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            user?: string;
            agent?: string;
            items: { role: 'user' | 'assistant' | 'tool' | 'note'; text: string; at?: string }[];
            expect?: number;
          };
        };
      };
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: { 'application/json': { count: number; expires_at: string } };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete: {
      parameters: {
        query?: { user?: string; agent?: string; everybody?: string };
        header?: never;
        path: { session: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: Record<string, unknown>; content: { 'application/json': { cleared: boolean } } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    patch?: never;
  };
  '/api/v1/memory/state': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            ids: string[];
            state: 'active' | 'quarantined' | 'archived';
            user?: string;
            agent?: string;
            everybody?: boolean;
          };
        };
      };
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: { 'application/json': { memories: components['schemas']['Memory'][] } };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/memory/status': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            'application/json': {
              parts: { role: string; product: string; ok: boolean; detail: string }[];
              memories: number;
              quarantined: number;
              archived: number;
              entities: number;
              relations: number;
              documents: number;
              sessions: number;
              embedder: string;
              to_embed: number;
              to_index: number;
              to_link: number;
            };
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/memory/verify': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody: { content: { 'application/json': { repair?: boolean } } };
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            'application/json': {
              ok: boolean;
              checks: {
                name: string;
                ok: boolean;
                verdict: string;
                expected: number;
                found: number;
                repaired: boolean;
              }[];
            };
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/models': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: { 'application/json': { models: components['schemas']['Model'][]; connect: string } };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/models/check': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody: { content: { 'application/json': { id: string } } };
      responses: {
        200: { headers: Record<string, unknown>; content: { 'application/json': components['schemas']['ModelCheck'] } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/runs': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: {
        query?: {
          status?: string;
          agent?: string;
          tag?: string;
          search?: string;
          since?: string;
          until?: string;
          limit?: number;
          page?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: { 'application/json': { runs: components['schemas']['Run'][]; next_page: string | null } };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post: {
      parameters: { query?: never; header?: { 'idempotency-key'?: string }; path?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            agent: string;
            task?: string;
            inputs?: { name?: string; path?: string; upload?: string }[];
            parameters?: Record<string, unknown>;
            limits?: { wall_ms?: number; steps?: number; tokens?: number; cost_usd?: number };
            tags?: string[];
          };
        };
      };
      responses: {
        201: { headers: Record<string, unknown>; content: { 'application/json': components['schemas']['Run'] } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/runs/{id}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path: { id: string }; cookie?: never };
      requestBody?: never;
      responses: {
        200: { headers: Record<string, unknown>; content: { 'application/json': components['schemas']['Run'] } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/runs/{id}/actions': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path: { id: string }; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: { 'application/json': { actions: components['schemas']['Action'][] } };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/runs/{id}/answers': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path: { id: string }; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            action_id: string;
            choice?: string;
            text?: string;
            arguments?: Record<string, unknown>;
          };
        };
      };
      responses: {
        200: { headers: Record<string, unknown>; content: { 'application/json': components['schemas']['Run'] } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/runs/{id}/artifacts': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path: { id: string }; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: { 'application/json': { artifacts: { path: string; size: number; modified_at: string }[] } };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/runs/{id}/artifacts/{*}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path: { id: string; '*': string }; cookie?: never };
      requestBody?: never;
      responses: {
        200: { headers: Record<string, unknown>; content: { 'application/octet-stream': string } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/runs/{id}/browser/input': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path: { id: string }; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            inputs: (
              | {
                  kind: 'mouse';
                  type: 'move' | 'down' | 'up' | 'wheel';
                  x: number;
                  y: number;
                  button?: 'left' | 'middle' | 'right';
                  clicks?: number;
                  delta_x?: number;
                  delta_y?: number;
                  modifiers?: number;
                }
              | {
                  kind: 'key';
                  type: 'down' | 'up';
                  key: string;
                  code?: string;
                  text?: string;
                  key_code?: number;
                  modifiers?: number;
                }
              | { kind: 'text'; text: string }
            )[];
          };
        };
      };
      responses: {
        204: { headers: Record<string, unknown>; content?: never };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/runs/{id}/browser/live': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path: { id: string }; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: { 'text/event-stream': { event: 'frame'; data: { url: string; jpeg: string } } };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/runs/{id}/browser/resume': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path: { id: string }; cookie?: never };
      requestBody?: never;
      responses: {
        200: { headers: Record<string, unknown>; content: { 'application/json': components['schemas']['Browser'] } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/runs/{id}/browser/take-over': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path: { id: string }; cookie?: never };
      requestBody?: never;
      responses: {
        200: { headers: Record<string, unknown>; content: { 'application/json': components['schemas']['Browser'] } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/runs/{id}/cancel': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path: { id: string }; cookie?: never };
      requestBody: { content: { 'application/json': { reason?: string } | null } };
      responses: {
        200: { headers: Record<string, unknown>; content: { 'application/json': components['schemas']['Run'] } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/runs/{id}/changes': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path: { id: string }; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: { 'application/json': { changes: components['schemas']['FileChanges'][]; truncated: boolean } };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/runs/{id}/changes/{sha256}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path: { id: string; sha256: string }; cookie?: never };
      requestBody?: never;
      responses: {
        200: { headers: Record<string, unknown>; content: { 'application/octet-stream': string } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/runs/{id}/events': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: {
        query?: { after?: string; flow?: 'paced' | 'free' };
        header?: { 'last-event-id'?: string };
        path: { id: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            'text/event-stream': {
              id: string;
              event:
                | 'run.created'
                | 'run.started'
                | 'run.recovered'
                | 'run.waiting'
                | 'run.stopping'
                | 'run.held'
                | 'run.resumed'
                | 'run.ended'
                | 'action.intent'
                | 'action.outcome'
                | 'action.restarted'
                | 'model.delta'
                | 'model.reasoning'
                | 'tool.output'
                | 'tool.progress'
                | 'question.asked'
                | 'question.answered'
                | 'memory.recalled';
              retry?: number;
              data: { at: string };
            };
          };
        };
        204: { headers: Record<string, unknown>; content?: never };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/runs/{id}/export': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: {
        query: { format: 'md' | 'html' | 'pdf' | 'json' | 'zip'; lang?: 'en' | 'zh' };
        header?: never;
        path: { id: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: Record<string, unknown>; content: { 'application/octet-stream': string } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/runs/{id}/fork': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path: { id: string }; cookie?: never };
      requestBody: {
        content: {
          'application/json': { seq?: number; replay?: boolean; agent?: string; task?: string; model?: string };
        };
      };
      responses: {
        201: { headers: Record<string, unknown>; content: { 'application/json': components['schemas']['ForkedRun'] } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/runs/{id}/playbook': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query: { name: string }; header?: never; path: { id: string }; cookie?: never };
      requestBody?: never;
      responses: {
        200: { headers: Record<string, unknown>; content: { 'text/markdown': string } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path: { id: string }; cookie?: never };
      requestBody: { content: { 'application/json': { name: string } } };
      responses: {
        201: { headers: Record<string, unknown>; content: { 'application/json': { name: string; path: string } } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/runs/{id}/report': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path: { id: string }; cookie?: never };
      requestBody?: never;
      responses: {
        200: { headers: Record<string, unknown>; content: { 'text/markdown': string } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/runs/{id}/resume': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path: { id: string }; cookie?: never };
      requestBody?: never;
      responses: {
        200: { headers: Record<string, unknown>; content: { 'application/json': components['schemas']['Run'] } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/runs/{id}/shares': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path: { id: string }; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: { 'application/json': { shares: components['schemas']['Share'][] } };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path: { id: string }; cookie?: never };
      requestBody: { content: { 'application/json': { expires_in_hours?: number; lang?: 'en' | 'zh' } } };
      responses: {
        201: {
          headers: Record<string, unknown>;
          content: { 'application/json': { id: string; url: string; expires_at: string } };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/runs/{id}/shares/{share_id}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post?: never;
    delete: {
      parameters: { query?: never; header?: never; path: { id: string; share_id: string }; cookie?: never };
      requestBody?: never;
      responses: {
        204: { headers: Record<string, unknown>; content?: never };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    patch?: never;
  };
  '/api/v1/runs/{id}/stop': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path: { id: string }; cookie?: never };
      requestBody?: never;
      responses: {
        200: { headers: Record<string, unknown>; content: { 'application/json': components['schemas']['Run'] } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/skills': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: { 'application/json': { skills: components['schemas']['Skill'][] } };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/skills/reload': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: { 'application/json': { skills: components['schemas']['Skill'][] } };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/tools': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: { 'application/json': { tools: components['schemas']['Tool'][] } };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/tools/search': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query: { q: string; limit?: number }; header?: never; path?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: { 'application/json': { tools: components['schemas']['Tool'][] } };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/tools/usage': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: { since?: string }; header?: never; path?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            'application/json': {
              usage: components['schemas']['ToolUsage'][];
              budgets: components['schemas']['ToolBudget'][];
            };
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/tools/{name}/dry-run': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path: { name: string }; cookie?: never };
      requestBody: { content: { 'application/json': { arguments?: Record<string, unknown>; run_id?: string } } };
      responses: {
        200: { headers: Record<string, unknown>; content: { 'application/json': components['schemas']['ToolDryRun'] } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/uploads': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query: { name: string }; header?: never; path?: never; cookie?: never };
      requestBody: { content: { 'application/octet-stream': string } };
      responses: {
        201: { headers: Record<string, unknown>; content: { 'application/json': components['schemas']['Upload'] } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/users': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            'application/json': {
              users: {
                id: string;
                name: string;
                email: string;
                role: 'viewer' | 'operator' | 'admin' | 'owner';
                created_at: string;
                disabled_at: string | null;
              }[];
            };
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/api/v1/users/invitations': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody: {
        content: { 'application/json': { role?: 'viewer' | 'operator' | 'admin' | 'owner'; email?: string } };
      };
      responses: {
        201: { headers: Record<string, unknown>; content: { 'application/json': { url: string; expires_at: string } } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    delete?: never;
    patch?: never;
  };
  '/api/v1/users/{id}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post?: never;
    delete?: never;
    patch: {
      parameters: { query?: never; header?: never; path: { id: string }; cookie?: never };
      requestBody: {
        content: { 'application/json': { role?: 'viewer' | 'operator' | 'admin' | 'owner'; disabled?: boolean } };
      };
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            'application/json': {
              id: string;
              name: string;
              email: string;
              role: 'viewer' | 'operator' | 'admin' | 'owner';
              created_at: string;
              disabled_at: string | null;
            };
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
  };
  '/healthz': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: { headers: Record<string, unknown>; content: { 'application/json': { status: 'ok' } } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
  '/readyz': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody?: never;
      responses: {
        200: { headers: Record<string, unknown>; content: { 'application/json': { ready: boolean; reason: string } } };
        503: { headers: Record<string, unknown>; content: { 'application/json': { ready: boolean; reason: string } } };
        default: {
          headers: Record<string, unknown>;
          content: { 'application/json': components['schemas']['ErrorResponse'] };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    patch?: never;
  };
}
