export { encodeFrame, FrameSplitter, MAX_FRAME_BYTES, type Piece } from './frames.ts';
export type { FromHost, RunInfo, ToHost, ToolDescription } from './messages.ts';
export { type Cell, cellFromWire, cellToWire, type JsonObject, type JsonValue } from './values.ts';
