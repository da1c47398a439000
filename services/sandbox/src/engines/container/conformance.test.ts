import { it } from 'vitest';

import { engineConformance } from '../conformance.ts';
import { whyNoDaemon } from './testing.ts';
import { engineUnderTest } from './testing-box.ts';

for (const product of ['docker', 'podman'] as const) {
  const reason = await whyNoDaemon(product);
  if (reason === undefined) engineConformance(product, () => engineUnderTest(product));
  else it(`${product}: engine conformance (SB-1)`, (ctx) => ctx.skip(reason));
}
