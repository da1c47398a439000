import { HoldfastError } from '@holdfast/protocol';
import { z } from 'zod';

import { missingRight, type SkillRights } from '../folder/rights.ts';
import type { Asked } from '../host/host.ts';
import type { Answer } from '../host/message.ts';
import type { SkillProvider } from './provider.ts';

/** Answers what one process of a skill asks for: its rights are looked at here, outside of it, each time. */
export function answererOf(of: {
  readonly skill: string;
  readonly tenant: string;
  readonly rights: SkillRights;
  readonly providers: ReadonlyMap<string, SkillProvider>;
}): (asked: Asked) => Promise<Answer> {
  const { skill, tenant, rights, providers } = of;
  return async ({ provider: name, method, args, call }) => {
    const missing = missingRight(name, rights);
    if (missing !== undefined) throw new HoldfastError('REFUSED', missing.slice(0, 300));
    if (name === 'files' && method === 'write' && rights.files !== 'write') {
      throw new HoldfastError('REFUSED', `The rights of ${skill} let it read files, and not write them.`);
    }
    const provider = providers.get(name);
    if (!provider) throw new HoldfastError('UNAVAILABLE', `This installation has no ${name} for skills.`);
    try {
      return await provider.ask(method, args, { skill, tenant, call });
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      const [first] = error.issues;
      throw new HoldfastError('INVALID_ARGUMENT', `${name}.${method}: ${first?.path.join('.')}: ${first?.message}`);
    }
  };
}
