import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

import type { Refusal } from '../refusal.ts';

interface Answer {
  readonly status: number;
  /** Many clients show no more than this line of a refused CONNECT. */
  readonly statusLine: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const LONGEST_REASON = 300;
/** So long a client has to read the answer. A stream that closes with unread data would take the answer with it. */
const LINGER_MS = 1_000;

function answerFor(refusal: Refusal): Answer {
  const reason = refusal.reason.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, LONGEST_REASON);
  const advice = refusal.key === undefined ? '' : ` Whoever runs this platform can change ${refusal.key}.`;
  const message = `The egress proxy did not carry out the request: ${reason}. Nothing more was sent.${advice}`;
  const details = { rule: refusal.rule, ...(refusal.key === undefined ? {} : { key: refusal.key }) };
  const body = `${JSON.stringify({ error: { code: refusal.code, message, details } })}\n`;
  return {
    status: refusal.status,
    statusLine: reason === '' ? (STATUS_CODES[refusal.status] ?? '') : reason,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      'x-holdfast-egress': refusal.verdict === 'deny' ? 'denied' : 'failed',
    },
    body,
  };
}

/** Tells the client by an ordinary response; the connection stays usable. */
export function answerRefusal(response: ServerResponse, refusal: Refusal): void {
  const { status, statusLine, headers, body } = answerFor(refusal);
  response.writeHead(status, statusLine, headers).end(body);
}

/** Tells the client on a bare stream, and ends it. What the client still sends is read and thrown away. */
export function writeRefusal(stream: Duplex, refusal: Refusal): void {
  if (stream.destroyed || stream.writableEnded) return;
  const { status, statusLine, headers, body } = answerFor(refusal);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  stream.end(`HTTP/1.1 ${status} ${statusLine}\r\n${lines.join('')}connection: close\r\n\r\n${body}`);
  lingerAndClose(stream);
}

/** Closes an ended stream for good, once the client has had the time to read. What it still sends is thrown away. */
export function lingerAndClose(stream: Duplex): void {
  stream.resume();
  const timer = setTimeout(() => stream.destroy(), LINGER_MS);
  stream.once('close', () => clearTimeout(timer));
}
