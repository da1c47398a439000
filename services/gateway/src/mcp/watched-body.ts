/**
 * The same response, whose stream begins with a comment, so that its headers are on their way at once, and tells when it
 * is over: read to its end, or left.
 */
export function watchedBody(response: Response, onOver: () => void): Response {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  if (!response.body || !isStream) {
    onOver();
    return response;
  }
  const reader = response.body.getReader();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(Buffer.from(': holdfast\n\n'));
    },
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) {
          onOver();
          controller.close();
        } else controller.enqueue(value);
      } catch (error) {
        onOver();
        controller.error(error);
      }
    },
    async cancel(reason) {
      onOver();
      await reader.cancel(reason);
    },
  });
  return new Response(body, { status: response.status, headers: response.headers });
}
