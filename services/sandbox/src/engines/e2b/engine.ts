import { HoldfastError, sandboxpb } from '@holdfast/protocol';

import type { Engine } from '../engine.ts';
import { E2bBox, TIMEOUT_S } from './box.ts';
import { ControlPlane } from './control-plane.ts';
import { Envd, envdUrl } from './envd.ts';
import { settle } from './settle.ts';

/** How E2B, or another service that speaks its protocol, is reached. */
export interface E2bOptions {
  /** Of the REST API. */
  readonly url: string;
  /** One address for all sandboxes; empty: each has its own, as the service says. */
  readonly sandboxUrl: string;
  readonly apiKey: string;
  /** What every sandbox is made of, by the service's own name. */
  readonly template: string;
  /** Tells the sandboxes of this installation from those of others with the same key. */
  readonly instance: string;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/**
 * Level microvm by E2B's public protocol: its cloud, one's own installation of it, or another Holdfast. Sandboxes are
 * made without internet, and in each our agent gets namespaces of its own: what it may reach comes by this service's
 * proxy, as everywhere. Memory, processors and disk are those of the template. There are no snapshots: nobody would tell
 * the service when one is no longer wanted.
 * Throws SANDBOX_UNAVAILABLE with what to do where no key is configured.
 */
export function createE2bEngine(options: E2bOptions): Engine {
  if (options.apiKey === '') {
    throw new HoldfastError(
      'SANDBOX_UNAVAILABLE',
      'There is no key for E2B: set sandbox.e2b.api_key, or E2B_API_KEY in the environment of the service.',
    );
  }
  const control = new ControlPlane(options);
  const owned = { 'holdfast-instance': options.instance };
  return {
    name: 'e2b',
    level: sandboxpb.Level.MICROVM,
    hasOwnTemplates: true,
    async version() {
      return `E2B's protocol at ${new URL(options.url).host}, template ${options.template}`;
    },
    async create(spec) {
      const machine = await control.create({
        template: options.template,
        timeoutS: TIMEOUT_S,
        metadata: { ...owned, 'holdfast-box': spec.id },
      });
      try {
        const url = envdUrl(options.sandboxUrl, machine.id, machine.domain);
        const envd = new Envd({ url, sandboxId: machine.id, accessToken: machine.accessToken });
        const settled = await settle(envd, spec.id);
        return new E2bBox({ id: machine.id, control, envd, settled, now: options.now });
      } catch (error) {
        await control.kill(machine.id);
        throw error;
      }
    },
    async reap() {
      const left = await control.list(owned);
      await Promise.all(left.map((id) => control.kill(id)));
      return left.length;
    },
  };
}
