import { join } from 'node:path';

import type { Egress } from '@holdfast/egress';
import { HoldfastError, nearest } from '@holdfast/protocol';
import type { Clock, Logger } from '@holdfast/telemetry';

import type { Refusal, ToolModule, ToolSource } from '../tool.ts';
import { type McpConfig, type McpServerPolicy, policyOf } from './config.ts';
import type { Discovery, HttpSpec, InstanceSpec, ServerSpec, StdioSpec } from './discovery/discovery.ts';
import { type Drift, ToolMemory } from './drift.ts';
import { toolModule } from './module.ts';
import { namespacedName } from './names.ts';
import { resourceTools } from './resources.ts';
import { reasonOf } from './server/failure.ts';
import type { InstanceStatus } from './server/instance.ts';
import { Server } from './server/server.ts';
import { type EgressFetch, egressFetchFor } from './transport/egress-fetch.ts';
import { openTransport } from './transport/open.ts';
import type { McpProcess } from './transport/stdio.ts';
import { TokenStore } from './transport/token-store.ts';

/** What the MCP client of the platform takes from the outside. */
export interface McpDeps {
  readonly config: McpConfig;
  /** What is remembered of servers, and logins, lie in `mcp` of it. */
  readonly dataDir: string;
  /** Where servers are found; of two of one name the one of the earlier discovery is taken. */
  readonly discoveries: readonly Discovery[];
  /** Starts the program of a stdio server in a sandbox. */
  readonly openProcess: (server: string, spec: StdioSpec, policy: McpServerPolicy) => Promise<McpProcess>;
  readonly egress: Egress;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  /** Counts a call of a tool of a server, by how it ended. */
  readonly counted: (server: string, outcome: string) => void;
}

/** One tool as it is administered. */
export interface ToolStatus {
  readonly name: string;
  readonly qualifiedName: string;
  readonly description: string;
  /** Why it cannot be called. Empty: it can. */
  readonly problem: string;
}

/** One server as it is administered. */
export interface ServerStatus {
  readonly name: string;
  readonly source: string;
  readonly policy: McpServerPolicy;
  readonly instances: readonly (InstanceStatus & { readonly address: string })[];
  readonly tools: readonly ToolStatus[];
  readonly drift: readonly (Drift & {
    readonly blocked: boolean;
    readonly accepted: string;
    readonly current: string;
  })[];
}

interface Held {
  readonly source: string;
  readonly server: Server;
  readonly policy: McpServerPolicy;
  readonly memory: ToolMemory;
  readonly ways: Map<string, EgressFetch>;
  spec: ServerSpec;
  modules: readonly ToolModule[];
  problems: ReadonlyMap<string, string>;
}

/** The tools of all MCP servers that are found, kept up to date while the platform runs. */
export class McpSource implements ToolSource {
  readonly name = 'mcp';
  readonly #deps: McpDeps;
  readonly #tokens: TokenStore;
  readonly #memoryFolder: string;
  readonly #held = new Map<string, Held>();
  readonly #listeners = new Set<() => void>();
  readonly #resourceTools: readonly ToolModule[];
  #modules: readonly ToolModule[] = [];
  #sync = Promise.resolve();
  #closed = false;

  constructor(deps: McpDeps) {
    this.#deps = deps;
    this.#tokens = new TokenStore(join(deps.dataDir, 'mcp', 'logins'));
    this.#memoryFolder = join(deps.dataDir, 'mcp', 'tools');
    this.#resourceTools = resourceTools((name) => this.#of(name).server, deps.config.timeout_ms);
  }

  /**
   * Begins to look for servers. Resolves when those of the files are known, with the tools that they had last time:
   * neither a server nor another discovery holds the start up.
   */
  async start(): Promise<void> {
    const { discoveries, logger } = this.#deps;
    for (const discovery of discoveries) {
      discovery.onChange(() => {
        const { problem } = discovery.found();
        if (problem !== '') logger.warn({ discovery: discovery.name }, problem);
        void this.#synchronise();
      });
    }
    const started = discoveries.map((discovery) => ({ name: discovery.name, done: discovery.start() }));
    for (const { name, done } of started) {
      done.catch((error: unknown) =>
        logger.error({ err: error, discovery: name }, 'A discovery of MCP servers failed.'),
      );
    }
    await Promise.all(started.filter(({ name }) => name === 'file').map(({ done }) => done));
    await this.#synchronise();
  }

  list(): readonly ToolModule[] {
    return this.#modules;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The servers, as they are now. */
  status(): readonly ServerStatus[] {
    return [...this.#held.values()].map((held) => {
      const { source, policy, memory, problems, spec } = held;
      const { name } = spec;
      const where = new Map(spec.instances.map((instance) => [instance.id, addressOf(instance)]));
      return {
        name,
        source,
        policy,
        instances: held.server.status().map((one) => ({ ...one, address: where.get(one.id) ?? '' })),
        tools: memory.current().map((tool) => ({
          name: tool.name,
          qualifiedName: namespacedName(name, tool.name),
          description: (tool.description ?? '').slice(0, 1000),
          problem: problems.get(tool.name) ?? this.#blocked(held, tool.name)?.message ?? '',
        })),
        drift: memory.drift().map((one) => ({ ...one, ...memory.texts(one.tool), blocked: policy.pin })),
      };
    });
  }

  /** What the discoveries say of themselves. */
  discoveries(): readonly { readonly name: string; readonly problem: string }[] {
    return this.#deps.discoveries.map((discovery) => ({ name: discovery.name, problem: discovery.found().problem }));
  }

  /** Accepts tools as they are now. @throws HoldfastError NOT_FOUND */
  async accept(name: string, tool?: string): Promise<readonly string[]> {
    const held = this.#of(name);
    const accepted = await held.memory.accept(tool);
    if (tool !== undefined && accepted.length === 0) {
      throw new HoldfastError('NOT_FOUND', `${name} has no changed tool ${tool}. Nothing was accepted.`);
    }
    this.#deps.logger.info({ server: name, tools: accepted }, 'Changed tools of an MCP server were accepted.');
    return accepted;
  }

  /** Makes new connections to a server. @throws HoldfastError NOT_FOUND, UNAVAILABLE */
  async reconnect(name: string): Promise<void> {
    await this.#of(name).server.reconnect();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#deps.discoveries.map((discovery) => discovery.close()));
    await this.#sync;
    await Promise.all([...this.#held.values()].map((held) => end(held)));
    this.#held.clear();
  }

  #of(name: string): Held {
    const held = this.#held.get(name);
    if (held) return held;
    const names = [...this.#held.keys()];
    const near = nearest(name, names);
    const hint = near === undefined ? '' : ` Did you mean ${near}?`;
    const known = names.length === 0 ? 'There is none.' : `There are: ${names.join(', ')}.`;
    throw new HoldfastError('NOT_FOUND', `There is no MCP server ${name.slice(0, 64)}.${hint} ${known}`);
  }

  #synchronise(): Promise<void> {
    this.#sync = this.#sync.then(() => this.#reconcile());
    return this.#sync;
  }

  async #reconcile(): Promise<void> {
    if (this.#closed) return;
    const wanted = new Map<string, { spec: ServerSpec; source: string }>();
    for (const discovery of this.#deps.discoveries) {
      for (const [name, spec] of discovery.found().servers) {
        if (!wanted.has(name)) wanted.set(name, { spec, source: discovery.name });
      }
    }
    for (const [name, held] of this.#held) {
      if (wanted.get(name)?.source === held.source) continue;
      this.#held.delete(name);
      void end(held).catch((error: unknown) => this.#failed(name, error));
    }
    for (const [name, { spec, source }] of wanted) {
      const held = this.#held.get(name);
      try {
        if (held) update(held, spec);
        else this.#held.set(name, await this.#open(spec, source));
      } catch (error) {
        this.#failed(name, error);
      }
    }
    this.#rebuild();
  }

  async #open(spec: ServerSpec, source: string): Promise<Held> {
    const { config, clock, random, egress, openProcess, counted, logger } = this.#deps;
    const { name } = spec;
    const policy = policyOf(config, name);
    const memory = await ToolMemory.open(this.#memoryFolder, name);
    const ways = new Map<string, EgressFetch>();
    const wayOf = (http: HttpSpec): EgressFetch => {
      const key = JSON.stringify([new URL(http.url).origin, http.oauth?.hosts, http.oauth !== undefined]);
      const way = ways.get(key) ?? egressFetchFor(egress, name, http);
      ways.set(key, way);
      return way;
    };
    const server = new Server(spec, {
      config,
      clock,
      random,
      elicitation: policy.elicitation,
      transport: ({ transport }) =>
        openTransport(transport, {
          server: name,
          maxMessageBytes: config.max_message_bytes,
          tokens: this.#tokens,
          openProcess: () => openProcess(name, transport as StdioSpec, policy),
          fetch: (url, init) => wayOf(transport as HttpSpec).fetch(url, init),
        }),
      counted: (outcome) => counted(name, outcome),
      onChange: () => undefined,
      onTools: async (tools) => {
        const callable = tools.filter(({ execution }) => execution?.taskSupport !== 'required');
        if (callable.length < tools.length) {
          const left = tools.filter((tool) => !callable.includes(tool)).map((tool) => tool.name);
          logger.warn({ server: name, tools: left }, 'Tools that can be called as tasks only are left out.');
        }
        const kept = callable.slice(0, config.max_tools);
        if (kept.length < callable.length) {
          logger.warn(
            { server: name, tools: callable.length },
            `Only ${kept.length} tools of an MCP server are taken.`,
          );
        }
        for (const drift of await memory.take(kept, policy.pin, clock.now())) {
          const what = policy.pin ? 'It is blocked until it is accepted.' : 'It can still be called.';
          logger.warn({ server: name, ...drift }, `A tool of an MCP server is other than what was accepted. ${what}`);
        }
        this.#rebuild();
      },
    });
    return { source, server, policy, memory, ways, spec, modules: [], problems: new Map() };
  }

  /** Makes the modules anew; those of tools that did not change too, since they cost little. */
  #rebuild(): void {
    const names = new Set<string>(this.#resourceTools.map(({ name }) => name));
    for (const held of this.#held.values()) {
      const problems = new Map<string, string>();
      const modules: ToolModule[] = [];
      for (const tool of held.memory.current()) {
        const name = namespacedName(held.spec.name, tool.name);
        if (names.has(name)) {
          problems.set(tool.name, `There is another tool with the name ${name}; that one is kept.`);
          continue;
        }
        try {
          modules.push(
            toolModule(name, tool, {
              server: held.server,
              policy: held.policy,
              timeoutMs: this.#deps.config.timeout_ms,
              blocked: (one) => this.#blocked(held, one),
            }),
          );
          names.add(name);
        } catch (error) {
          problems.set(tool.name, `It cannot be used: ${reasonOf(error)}`);
        }
      }
      held.modules = modules;
      held.problems = problems;
    }
    const modules = [...this.#held.values()].flatMap((held) => held.modules);
    this.#modules = this.#held.size === 0 ? [] : [...this.#resourceTools, ...modules];
    for (const listener of this.#listeners) listener();
  }

  #blocked({ policy, memory, spec }: Held, tool: string): Refusal | undefined {
    if (!policy.pin) return undefined;
    const drift = memory.drift().find((one) => one.tool === tool);
    if (!drift) return undefined;
    const what = drift.kind === 'added' ? 'was added' : 'was changed';
    const message = `The tool ${tool} of the MCP server ${spec.name} ${what} since its tools were accepted, and the server is pinned. Nothing was called. A person has to look at it: \`holdfast mcp accept ${spec.name}\`.`;
    return { code: 'REFUSED', message };
  }

  #failed(server: string, error: unknown): void {
    this.#deps.logger.error({ err: error, server }, 'An MCP server could not be taken up.');
  }
}

function update(held: Held, spec: ServerSpec): void {
  held.spec = spec;
  held.server.update(spec);
}

async function end({ server, ways }: Held): Promise<void> {
  await server.close();
  for (const way of ways.values()) way.close();
}

/** Where an instance is, without what may be secret. */
function addressOf({ transport }: InstanceSpec): string {
  if (transport.type === 'stdio') return [transport.command, ...transport.args].join(' ').slice(0, 300);
  const { origin, pathname } = new URL(transport.url);
  return `${origin}${pathname}`;
}
