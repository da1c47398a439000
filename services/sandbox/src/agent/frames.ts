/**
 * The frames that host and agent exchange; `agent/protocol.h` is the other side of this file.
 *
 * `u32 length of the payload | u8 type | u32 channel | payload`, all little-endian.
 */
export const PROTOCOL_VERSION = 1;
const HEADER_BYTES = 9;
/** Payloads of the agent are small; more than this is not the agent. Bytes. */
const LARGEST_FROM_AGENT = 64 * 1024;

/** What the host asks for. */
export const HostFrame = {
  SPAWN: 1,
  INPUT: 2,
  INPUT_END: 3,
  RESIZE: 4,
  SIGNAL: 5,
  KILL: 6,
  CREDIT: 7,
  CONNECT: 8,
  LISTEN: 9,
  CLOSE: 10,
  PING: 11,
  RESET: 12,
  ADOPT: 13,
  LEAVE: 14,
} as const;

/** What the agent says. */
export const AgentFrame = {
  HELLO: 64,
  STARTED: 65,
  FAILED: 66,
  OUTPUT: 67,
  OUTPUT_END: 68,
  EXITED: 69,
  INPUT_CREDIT_BACK: 70,
  CONNECTED: 71,
  LISTENING: 72,
  ACCEPTED: 73,
  CLOSED: 74,
  PONG: 75,
  ADOPTED: 76,
  LEFT: 77,
} as const;

/** Where a command that could not be started failed. */
export const Stage = { RESOURCES: 1, CWD: 2, EXEC: 3, USER: 4, PTY: 5 } as const;

/** One frame as it was read. */
export interface Frame {
  readonly type: number;
  readonly channel: number;
  readonly payload: Buffer;
}

/** A frame as bytes. */
export function encodeFrame(type: number, channel: number, payload: Uint8Array = new Uint8Array()): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + payload.byteLength);
  bytes.writeUInt32LE(payload.byteLength, 0);
  bytes.writeUInt8(type, 4);
  bytes.writeUInt32LE(channel, 5);
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

/** A payload of one u32. */
export function word(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

/** Cuts a byte stream into frames, wherever its pieces begin and end. */
export class FrameReader {
  #left: Buffer = Buffer.alloc(0);

  /** The frames that are whole with this piece. Throws RangeError when it cannot be the agent that speaks. */
  push(piece: Buffer): Frame[] {
    let bytes = this.#left.byteLength === 0 ? piece : Buffer.concat([this.#left, piece]);
    const frames: Frame[] = [];
    while (bytes.byteLength >= HEADER_BYTES) {
      const length = bytes.readUInt32LE(0);
      if (length > LARGEST_FROM_AGENT) throw new RangeError(`a frame of ${length} bytes`);
      if (bytes.byteLength < HEADER_BYTES + length) break;
      frames.push({
        type: bytes.readUInt8(4),
        channel: bytes.readUInt32LE(5),
        payload: bytes.subarray(HEADER_BYTES, HEADER_BYTES + length),
      });
      bytes = bytes.subarray(HEADER_BYTES + length);
    }
    this.#left = bytes;
    return frames;
  }
}
