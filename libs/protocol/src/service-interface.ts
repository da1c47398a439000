import type { DescMessage, DescService, MessageShape } from '@bufbuild/protobuf';

/** What goes with a call, whether it stays in the process or crosses the wire. */
export interface CallOptions {
  /** Aborting it aborts the work itself, not only the wait for it. */
  readonly signal?: AbortSignal;
}

type Method<M> = M extends {
  methodKind: 'unary';
  input: infer I extends DescMessage;
  output: infer O extends DescMessage;
}
  ? (request: MessageShape<I>, options?: CallOptions) => Promise<MessageShape<O>>
  : M extends {
        methodKind: 'server_streaming';
        input: infer I extends DescMessage;
        output: infer O extends DescMessage;
      }
    ? (request: MessageShape<I>, options?: CallOptions) => AsyncIterable<MessageShape<O>>
    : never;

/**
 * The TypeScript interface of a proto service. An implementation in the same process satisfies it directly: the
 * caller's message object is handed over as it is, nothing is serialised. A client for the wire satisfies it too.
 */
export type ServiceInterface<S extends DescService> = { [K in keyof S['method']]: Method<S['method'][K]> };
