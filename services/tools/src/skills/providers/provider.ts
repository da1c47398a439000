import type { JsonObject } from '@holdfast/protocol';

import type { SkillCall } from '../host/host.ts';
import type { Answer } from '../host/message.ts';

/** Who asks a provider. */
export interface Asker {
  readonly skill: string;
  readonly tenant: string;
  /** The call on whose behalf; undefined: of none. */
  readonly call: SkillCall | undefined;
}

/** Does what a skill may not do by itself. Whether it may ask at all was looked at before. */
export interface SkillProvider {
  /** @throws HoldfastError whatever is wrong with the request. */
  ask(method: string, args: JsonObject, asker: Asker): Promise<Answer>;
  /** The process that asked has ended. */
  close?(): Promise<void>;
}
