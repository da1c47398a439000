import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** The port of the guest on which its agent listens; agent/guest.c has the same. */
export const AGENT_PORT = 1024;
const RETRY_MS = 20;
/** "OK " and the number of a port. */
const LONGEST_ANSWER = 32;

/**
 * A connection to a port of a guest, by Firecracker's socket on the host. It is tried again until `signal` says that it
 * has been long enough: the guest may still be booting. Throws the reason of the signal.
 */
export async function connectVsock(socket: string, port: number, signal: AbortSignal): Promise<Socket> {
  for (;;) {
    signal.throwIfAborted();
    const connected = await attempt(socket, port, signal);
    if (connected) return connected;
    await sleep(RETRY_MS);
  }
}

/** Undefined when nobody listens there yet: Firecracker then hangs up. */
function attempt(path: string, port: number, signal: AbortSignal): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    let answer: Buffer = Buffer.alloc(0);
    const end = (result: Socket | undefined): void => {
      socket.off('data', look).off('error', fail).off('close', fail);
      signal.removeEventListener('abort', fail);
      if (!result) socket.once('error', () => undefined).destroy();
      resolve(result);
    };
    const fail = (): void => end(undefined);
    const look = (piece: Buffer): void => {
      answer = Buffer.concat([answer, piece]);
      const at = answer.indexOf('\n');
      if (at < 0) {
        if (answer.byteLength > LONGEST_ANSWER) fail();
        return;
      }
      if (!/^OK \d+$/.test(answer.subarray(0, at).toString('latin1'))) return fail();
      socket.pause();
      socket.unshift(answer.subarray(at + 1));
      end(socket);
    };
    socket.on('data', look).once('error', fail).once('close', fail);
    signal.addEventListener('abort', fail);
    socket.write(`CONNECT ${port}\n`);
  });
}
