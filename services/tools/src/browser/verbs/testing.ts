import type { JsonObject } from '@holdfast/protocol';
import type { Logger } from '@holdfast/telemetry';

import { openTestTools, type TestTools } from '../../testing.ts';
import type { Extractor } from '../extract/extractor.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { TestBrowsers } from '../testing.ts';
import type { Screenshots } from './deps.ts';
import { browserSource } from './source.ts';

/** The run of {@link openTestTools}. */
export const TEST_RUN = { tenant: '', runId: 'run_1' };

/** An agent of a test, with the browser's verbs over a workspace of its own. */
export interface Agent {
  readonly made: TestTools;
  /** Calls a verb that must do. `browser_` is left out. */
  readonly doing: (tool: string, args?: JsonObject) => Promise<JsonObject>;
  /** Calls a verb that must fail. */
  readonly failing: (tool: string, args?: JsonObject) => Promise<{ readonly code: string; readonly message: string }>;
  /** The reference of the first element that is called so. */
  readonly refOf: (name: string, role?: string) => Promise<string>;
  /** Everything that the calls said so far: results and events. */
  readonly said: unknown[];
  /** Ends the run. */
  close(): Promise<void>;
}

/** Opens an agent. All agents of a test are the same run, one after the other. */
export async function openAgent(
  world: TestBrowsers,
  parts: { extractor: Extractor; secrets: Secrets; screenshots?: Screenshots; logger?: Logger },
): Promise<Agent> {
  const { extractor, secrets, screenshots = 'never', logger } = parts;
  const source = browserSource({ browser: world.browsers, extractor, secrets, screenshots });
  const made = await openTestTools({ modules: [], sources: [source], ...(logger ? { logger } : {}) });
  const said: unknown[] = [];
  let calls = 0;
  const call = async (tool: string, args: JsonObject) => {
    const called = await made.call(`browser_${tool}`, args, { actionId: `a${(calls += 1)}` });
    said.push({ value: called.value, events: called.events, result: called.result });
    return called;
  };
  const doing: Agent['doing'] = async (tool, args = {}) => {
    const { result, value } = await call(tool, args);
    if (!result.ok) throw new Error(`${tool}: ${JSON.stringify(value)}`);
    return value;
  };
  return {
    made,
    said,
    doing,
    async failing(tool, args = {}) {
      const { result, value } = await call(tool, args);
      if (result.ok) throw new Error(`${tool} did not fail: ${JSON.stringify(value)}`);
      return { code: result.code, message: text(value['message']) };
    },
    async refOf(name, role) {
      const { found } = await doing('find', { text: name, ...(role === undefined ? {} : { role }) });
      const ref = /\[ref=((?:f\d+)?e\d+)\](?!.*\[ref=)/.exec(text(found).split('\n')[1] ?? '')?.[1];
      if (ref === undefined) throw new Error(`There is no ${name} in ${text(found)}`);
      return ref;
    },
    async close() {
      await world.browsers.releaseRun(TEST_RUN);
      await made.close();
    },
  };
}

/** A field of a result that is text. */
export function text(value: unknown): string {
  if (typeof value !== 'string') throw new Error(`This is no text: ${JSON.stringify(value)}`);
  return value;
}
