import type { JsonObject, JsonValue } from '@holdfast/protocol';

/** A message of the Chrome DevTools Protocol, in either direction. */
export interface CdpMessage {
  readonly id?: number;
  readonly method?: string;
  readonly params?: JsonObject;
  readonly sessionId?: string;
  readonly result?: JsonObject;
  readonly error?: { readonly code: number; readonly message: string };
}

/** A way to send and receive messages. */
export interface CdpTransport {
  send(message: CdpMessage): void;
  close(): void;
  onMessage: ((message: CdpMessage) => void) | undefined;
  /** Told once, with what is known of the reason. */
  onClose: ((reason: string) => void) | undefined;
}

/** A text of a message; empty for what is none. */
export function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
