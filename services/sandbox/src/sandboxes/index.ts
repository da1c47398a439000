export type { Boxes, BoxOrder, LiveBox, MadeBox, SandboxTemplate } from './box.ts';
export { BoxFiles } from './box-files.ts';
export type { EgressRequest } from './egress-request.ts';
export type { SandboxFiles } from './files.ts';
export { newSandboxId } from './ids.ts';
export { LiveSandbox } from './live-sandbox.ts';
export { type NewSandbox, Sandboxes, type SandboxesDeps, type SandboxEvent } from './sandboxes.ts';
export { type Snapshot, Snapshots } from './snapshots.ts';
