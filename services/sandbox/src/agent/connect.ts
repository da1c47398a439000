import type { Duplex, Readable, Writable } from 'node:stream';

import { HoldfastError } from '@holdfast/protocol';

import type { Agent, AgentProcess, BoxUser, SpawnInit } from './agent.ts';
import { type Channel, ConnectionChannel, ProcessChannel } from './channels.ts';
import { AgentFrame, encodeFrame, type Frame, FrameReader, HostFrame, PROTOCOL_VERSION } from './frames.ts';
import { encodeSpawn, type Ids } from './spawn-frame.ts';

/** What the host knows of the users inside a box. `root` is missing where the box has only one user. */
export interface BoxUsers {
  readonly user: Ids;
  readonly root?: Ids;
}

/** A byte stream to an agent and one from it: two pipes, or one socket twice. */
export interface AgentLink {
  readonly readable: Readable;
  readonly writable: Writable;
}

/** An agent on the host's side of a link that can stand still. */
export interface HoldableAgent extends Agent {
  /**
   * Resolves when the agent has taken all that was sent and is sent nothing more, so that the box can be saved between
   * two frames. What is said meanwhile waits until the returned function is called.
   */
  hold(): Promise<() => void>;
  /**
   * Has the agent give up a link that will not last, between two frames; what runs goes on. The returned function goes on
   * with all that is open on another link to the same agent, and throws SANDBOX_UNAVAILABLE when nobody greets there.
   */
  leave(): Promise<(link: AgentLink) => Promise<void>>;
}

/**
 * Speaks with an agent on a byte stream; resolves once it has greeted.
 * Throws SANDBOX_UNAVAILABLE when it goes before that, or is of another version.
 */
export function connectAgent(link: AgentLink, users: BoxUsers): Promise<HoldableAgent> {
  return new Promise((resolve, reject) => {
    const agent = new LinkedAgent(link, users, resolve, reject);
    agent.begin();
  });
}

class LinkedAgent implements HoldableAgent {
  readonly closed: Promise<void>;
  #link: AgentLink;
  readonly #users: BoxUsers;
  #reader = new FrameReader();
  readonly #channels = new Map<number, Channel>();
  readonly #close = Promise.withResolvers<void>();
  #greeted: (agent: HoldableAgent) => void;
  #refused: (error: HoldfastError) => void;
  #next = 1;
  #gone: HoldfastError | undefined;
  #held: Buffer[] | undefined;
  /** Takes no more notice of the link. */
  #unlink: () => void = () => undefined;

  constructor(
    link: AgentLink,
    users: BoxUsers,
    greeted: (agent: HoldableAgent) => void,
    refused: (error: HoldfastError) => void,
  ) {
    this.#link = link;
    this.#users = users;
    this.#greeted = greeted;
    this.#refused = refused;
    this.closed = this.#close.promise;
  }

  begin(): void {
    const { readable, writable } = this.#link;
    const receive = (piece: Buffer): void => this.#receive(piece);
    const lost = (): void => {
      // A link that was given up may break as it likes.
      if (this.#link.readable === readable) this.#lose('The sandbox has ended, and with it everything in it.');
    };
    readable.on('data', receive).once('end', lost).once('close', lost);
    // How the link broke adds nothing to that it did.
    readable.on('error', lost);
    writable.on('error', lost);
    this.#unlink = () => readable.off('data', receive).off('end', lost).off('close', lost);
  }

  async spawn(init: SpawnInit): Promise<AgentProcess> {
    const payload = encodeSpawn(init, this.#idsOf(init.user));
    this.#assertHere();
    const id = this.#take();
    const channel = new ProcessChannel(init, (type, body) => this.#send(type, id, body));
    this.#channels.set(id, channel);
    void channel.over.finally(() => this.#channels.delete(id));
    this.#send(HostFrame.SPAWN, id, payload);
    return channel.started;
  }

  async connect(port: number): Promise<Duplex> {
    this.#assertHere();
    const id = this.#take();
    const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
    this.#channels.set(id, {
      frame: (type, payload) => {
        this.#channels.delete(id);
        if (type === AgentFrame.CONNECTED) resolve(this.#connection(id));
        else reject(refusedPort(port, payload.readUInt32LE(0)));
      },
      gone: reject,
    });
    this.#send(HostFrame.CONNECT, id, portOf(port));
    return promise;
  }

  async listen(port: number, onConnection: (stream: Duplex) => void): Promise<void> {
    this.#assertHere();
    const id = this.#take();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#channels.set(id, {
      frame: (type, payload) => {
        if (type === AgentFrame.LISTENING) resolve();
        else if (type === AgentFrame.ACCEPTED) onConnection(this.#connection(payload.readUInt32LE(0)));
        else reject(refusedPort(port, payload.readUInt32LE(0)));
      },
      gone: reject,
    });
    this.#send(HostFrame.LISTEN, id, portOf(port));
    return promise;
  }

  async hold(): Promise<() => void> {
    this.#assertHere();
    const id = this.#take();
    const { promise, resolve, reject } = Promise.withResolvers<() => void>();
    this.#channels.set(id, {
      frame: () => {
        this.#channels.delete(id);
        resolve(() => this.#release());
      },
      gone: reject,
    });
    this.#send(HostFrame.PING, id);
    this.#held = [];
    return promise;
  }

  async leave(): Promise<(link: AgentLink) => Promise<void>> {
    this.#assertHere();
    const id = this.#take();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#channels.set(id, {
      frame: () => {
        this.#channels.delete(id);
        this.#unlink();
        this.#hangUp();
        resolve();
      },
      gone: reject,
    });
    this.#send(HostFrame.LEAVE, id);
    this.#held = [];
    await promise;
    return (link) => this.#goOn(link);
  }

  async #goOn(link: AgentLink): Promise<void> {
    this.#assertHere();
    this.#link = link;
    this.#reader = new FrameReader();
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    [this.#greeted, this.#refused] = [resolve, reject];
    this.begin();
    await promise;
    this.#release();
  }

  #release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const frame of held) this.#write(frame);
  }

  #connection(id: number): Duplex {
    const channel = new ConnectionChannel((type, body) => this.#send(type, id, body));
    this.#channels.set(id, channel);
    channel.stream.once('close', () => {
      this.#channels.delete(id);
      this.#send(HostFrame.CLOSE, id);
    });
    return channel.stream;
  }

  #idsOf(user: BoxUser): Ids {
    if (typeof user === 'object') return user;
    const ids = this.#users[user];
    if (ids) return ids;
    throw new HoldfastError(
      'FAILED_PRECONDITION',
      'This sandbox has only the user "user": Holdfast itself does not run as root here, so there is no "root" inside. ' +
        'Nothing was run.',
    );
  }

  #take(): number {
    const id = this.#next;
    // The upper half belongs to channels that the agent opens.
    this.#next = id >= 0x7fff_ffff ? 1 : id + 1;
    return id;
  }

  #send(type: number, channel: number, payload?: Uint8Array): void {
    const frame = encodeFrame(type, channel, payload);
    if (this.#held) this.#held.push(frame);
    else this.#write(frame);
  }

  #write(frame: Buffer): void {
    const { writable } = this.#link;
    if (this.#gone === undefined && writable.writable) writable.write(frame);
  }

  #receive(piece: Buffer): void {
    let frames: Frame[];
    try {
      frames = this.#reader.push(piece);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#lose('The agent of the sandbox sent what it cannot have sent; the sandbox was ended.');
      this.#hangUp();
      return;
    }
    for (const { type, channel, payload } of frames) {
      if (type === AgentFrame.HELLO) this.#greet(payload.readUInt32LE(0));
      else this.#channels.get(channel)?.frame(type, payload);
    }
  }

  #greet(version: number): void {
    if (version === PROTOCOL_VERSION) return this.#greeted(this);
    this.#refused(
      new HoldfastError(
        'SANDBOX_UNAVAILABLE',
        `The agent in the sandbox speaks version ${version} of its protocol, this service ${PROTOCOL_VERSION}. Build the image again.`,
      ),
    );
    this.#hangUp();
  }

  #hangUp(): void {
    this.#link.readable.destroy();
    this.#link.writable.destroy();
  }

  #assertHere(): void {
    if (this.#gone) throw this.#gone;
  }

  #lose(message: string): void {
    if (this.#gone) return;
    this.#gone = new HoldfastError('UNAVAILABLE', message);
    for (const channel of this.#channels.values()) channel.gone(this.#gone);
    this.#channels.clear();
    this.#refused(new HoldfastError('SANDBOX_UNAVAILABLE', 'The agent ended before it greeted.'));
    this.#close.resolve();
  }
}

function portOf(port: number): Buffer {
  const payload = Buffer.alloc(2);
  payload.writeUInt16LE(port);
  return payload;
}

function refusedPort(port: number, errno: number): HoldfastError {
  return new HoldfastError(
    'FAILED_PRECONDITION',
    `Port ${port} of the sandbox is not open (error ${errno}): nothing listens on its 127.0.0.1.`,
  );
}
