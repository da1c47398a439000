/** What engines of level process need to know of the host. */
export interface ProcessPlatform {
  readonly os: NodeJS.Platform;
  readonly arch: string;
  readonly isRoot: boolean;
}
