import { type Provider, type Script, startProvider } from '@holdfast/testing';

import { tempDir } from '../support/temp-dir.ts';
import { type House, type HouseOptions, openHouse } from './house.ts';

/** Agents with memory, and the server of their model, which says what a script says. */
export interface World extends House {
  readonly provider: Provider;
  /** The prompts that the model was given, each as one text, the oldest first. */
  prompts(): readonly string[];
}

/** Opens a world in a folder of its own. */
export async function openWorld({ script, ...options }: HouseOptions & { readonly script: Script }): Promise<World> {
  const dir = tempDir();
  const provider = await startProvider({ script });
  const house = await openHouse(dir.path, provider.openaiUrl, options);
  return {
    ...house,
    provider,
    prompts: () => promptsOf(provider),
    async close() {
      await house.close();
      await provider.close();
      dir.remove();
    },
  };
}

/** The prompts that a provider was sent, each as one text, the oldest first. */
export function promptsOf({ requests }: Provider): readonly string[] {
  return requests.map(({ body }) => promptOf(body['messages']));
}

function promptOf(messages: unknown): string {
  if (!Array.isArray(messages)) return '';
  return messages
    .map((message: unknown) => {
      const { role, content } = message as { role: string; content: unknown };
      return `${role}: ${typeof content === 'string' ? content : JSON.stringify(content)}`;
    })
    .join('\n\n');
}

/** Waits until something holds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, ms = 20_000): Promise<void> {
  for (const end = Date.now() + ms; !(await holds()); ) {
    if (Date.now() > end) throw new Error(`Never came true: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
