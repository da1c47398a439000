import { type Ask, SkillError } from '../ask.ts';
import { encodeFrame, FrameSplitter, MAX_FRAME_BYTES } from '../wire/frames.ts';
import type { FromHost, ToHost } from '../wire/messages.ts';
import type { JsonValue } from '../wire/values.ts';

/** The host's end of the wire. */
export interface Channel {
  say(message: FromHost): void;
  /** Asks the service on behalf of a call; 0: of none. */
  askFor(call: number): Ask;
  /** Messages that are no answers, until the input ends. */
  readonly messages: AsyncIterable<ToHost>;
}

/**
 * Speaks over stdin and stdout. From here on stdout is the wire's alone: what a skill prints goes to stderr, where it
 * is told as noise.
 */
export function openChannel(): Channel {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr);
  const asked = new Map<number, PromiseWithResolvers<JsonValue>>();
  let last = 0;
  const say = (message: FromHost): void => {
    const frame = encodeFrame(message);
    if (frame.length > MAX_FRAME_BYTES)
      throw new SkillError('TOO_LARGE', `More than ${MAX_FRAME_BYTES} bytes at once.`);
    write(frame);
  };
  return {
    say,
    askFor: (call) => async (provider, method, args) => {
      const ask = ++last;
      const waiting = Promise.withResolvers<JsonValue>();
      asked.set(ask, waiting);
      try {
        say({ type: 'ask', ask, call, provider, method, args });
        return await waiting.promise;
      } finally {
        asked.delete(ask);
      }
    },
    messages: (async function* () {
      const splitter = new FrameSplitter();
      for await (const chunk of process.stdin) {
        for (const piece of splitter.push(chunk as Buffer)) {
          if (piece.type !== 'frame') continue;
          const message = JSON.parse(piece.text) as ToHost;
          if (message.type === 'answer') asked.get(message.ask)?.resolve(message.value);
          else if (message.type === 'refuse') {
            asked.get(message.ask)?.reject(new SkillError(message.code, message.message));
          } else yield message;
        }
      }
    })(),
  };
}
