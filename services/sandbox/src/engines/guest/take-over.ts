import type { Duplex } from 'node:stream';

import { HoldfastError } from '@holdfast/protocol';

import { type BoxUsers, connectAgent, type HoldableAgent } from '../../agent/connect.ts';
import { encodeFrame, HostFrame } from '../../agent/frames.ts';

/** Both users of a guest are its own: nothing of the host is behind their numbers. */
export const GUEST_USERS: BoxUsers = { user: { uid: 1000, gid: 1000 }, root: { uid: 0, gid: 0 } };

/**
 * Speaks with the agent of a guest that goes on from where it was saved, maybe amid a frame. The processes in it go on;
 * what they say to the host that started them is thrown away. `mark`: 16 random bytes, by which the agent's answer is
 * told from what it was saying. Throws SANDBOX_UNAVAILABLE when it goes before it has greeted.
 */
export async function takeOver(link: Duplex, mark: Buffer): Promise<HoldableAgent> {
  const answered = untilMark(link, mark);
  link.write(encodeFrame(HostFrame.ADOPT, 0, mark));
  await answered;
  const agent = connectAgent({ readable: link, writable: link }, GUEST_USERS);
  link.resume();
  return agent;
}

function untilMark(link: Duplex, mark: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen: Buffer = Buffer.alloc(0);
    const stop = (): void => {
      link.off('data', look).off('close', lost).off('end', lost).off('error', lost);
    };
    const lost = (): void => {
      stop();
      reject(new HoldfastError('SANDBOX_UNAVAILABLE', 'The saved machine ended before its agent answered.'));
    };
    const look = (piece: Buffer): void => {
      seen = Buffer.concat([seen, piece]);
      const at = seen.indexOf(mark);
      if (at < 0) {
        seen = seen.subarray(Math.max(0, seen.byteLength - mark.byteLength));
        return;
      }
      stop();
      link.pause();
      link.unshift(seen.subarray(at + mark.byteLength));
      resolve();
    };
    link.on('data', look).once('close', lost).once('end', lost).once('error', lost);
    // It stands still where somebody has read the beginning of it.
    link.resume();
  });
}
