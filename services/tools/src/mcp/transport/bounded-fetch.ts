import type { FetchLike } from '@modelcontextprotocol/client';

/**
 * A `fetch` whose answers may not be larger than `max` bytes; of an event stream, no line of it. What is larger breaks
 * off with an error.
 */
export function boundedFetch(send: FetchLike, max: number): FetchLike {
  return async (url, init) => {
    const answer = await send(url, init);
    const { body } = answer;
    if (body === null) return answer;
    const stream = answer.headers.get('content-type')?.startsWith('text/event-stream') === true;
    const { status, statusText, headers } = answer;
    return new Response(body.pipeThrough(limit(max, stream)), { status, statusText, headers });
  };
}

function limit(max: number, lines: boolean): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let length = 0;
  return new TransformStream({
    transform(chunk, controller) {
      const at = lines ? chunk.lastIndexOf(10) : -1;
      length = at < 0 ? length + chunk.length : chunk.length - at - 1;
      if (length > max || chunk.length > max) {
        controller.error(new Error(`The server sent a message of more than ${max} bytes.`));
        return;
      }
      controller.enqueue(chunk);
    },
  });
}
