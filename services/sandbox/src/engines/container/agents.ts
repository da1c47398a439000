import type { Duplex } from 'node:stream';

import type { Agent, AgentProcess, SpawnInit } from '../../agent/agent.ts';
import type { Owner } from '../../host/workspace-owner.ts';

/**
 * One agent for whoever uses the box, made of two: nobody in a container without capabilities can become another user,
 * so each user has an agent of his own. That of `root` is started when it is first wanted.
 */
export class AgentPerUser implements Agent {
  readonly closed: Promise<void>;
  readonly #user: Agent;
  readonly #root: Owner | undefined;
  readonly #startRoot: () => Promise<Agent>;
  #rootAgent: Promise<Agent> | undefined;

  constructor(user: Agent, root: Owner | undefined, startRoot: () => Promise<Agent>) {
    this.#user = user;
    this.#root = root;
    this.#startRoot = startRoot;
    this.closed = user.closed;
  }

  async spawn(init: SpawnInit): Promise<AgentProcess> {
    return this.#isRoot(init.user) ? (await this.#rootsAgent()).spawn(init) : this.#user.spawn(init);
  }

  connect(port: number): Promise<Duplex> {
    return this.#user.connect(port);
  }

  listen(port: number, onConnection: (stream: Duplex) => void): Promise<void> {
    return this.#user.listen(port, onConnection);
  }

  #isRoot(user: SpawnInit['user']): boolean {
    if (!this.#root) return false;
    return typeof user === 'object' ? user.uid === this.#root.uid : user === 'root';
  }

  #rootsAgent(): Promise<Agent> {
    if (this.#rootAgent) return this.#rootAgent;
    const starting = this.#startRoot();
    const forget = (): void => {
      if (this.#rootAgent === starting) this.#rootAgent = undefined;
    };
    this.#rootAgent = starting;
    // Programs of `root` can end their own agent: the next command gets a new one.
    starting.then((agent) => agent.closed).then(forget, forget);
    return starting;
  }
}
