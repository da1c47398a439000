import { createServer, request as httpRequest } from 'node:http';
import { once } from 'node:events';

/**
 * A proxy on loopback that adds an API key to each request and changes nothing else, also not the name that the client
 * asked for: the conformance suite cannot log in.
 */
export async function authorizingProxy(target: string, key: string): Promise<{ url: string; close(): Promise<void> }> {
  const { hostname, port } = new URL(target);
  const server = createServer((incoming, outgoing) => {
    const { host = '', ...rest } = incoming.headers;
    const asked = httpRequest(
      {
        hostname,
        port,
        path: incoming.url,
        method: incoming.method,
        headers: { ...rest, host, authorization: `Bearer ${key}` },
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        outgoing.flushHeaders();
        answer.pipe(outgoing);
        outgoing.once('close', () => answer.destroy());
      },
    );
    asked.on('error', () => outgoing.destroy());
    incoming.pipe(asked);
    outgoing.once('close', () => asked.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const own = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${own}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
