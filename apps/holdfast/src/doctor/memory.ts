import { create, commonpb, HoldfastError, type MemoryApi, memorypb } from '@holdfast/protocol';

import { codeOf } from './machine.ts';
import { broken, type DoctorCheck, works } from './report.ts';

/** Memory of a running server: each of its parts is looked at, and something is asked of all of them together. */
export async function checkMemory(memory: MemoryApi | undefined): Promise<DoctorCheck[]> {
  if (!memory) return [];
  const id = 'memory';
  // A tenant of its own: nothing of anybody's is looked at.
  const caller = create(commonpb.CallerSchema, { tenant: 'doctor', subject: 'doctor' });
  try {
    const began = performance.now();
    const { parts } = await memory.getMemoryStatus(create(memorypb.GetMemoryStatusRequestSchema, { caller }));
    const { missing } = await memory.recall(
      create(memorypb.RecallRequestSchema, { caller, query: 'Is anybody there? 有人在吗', limit: 1 }),
    );
    const took = (performance.now() - began).toFixed(1);
    const bad = [
      ...parts.filter(({ ok }) => !ok).map(({ role, product, detail }) => `${role} (${product}): ${detail}`),
      ...missing.map(({ source, reason }) => `${source}: ${reason}`),
    ];
    const products = parts.map(({ role, product }) => `${role} ${product}`).join(', ');
    if (bad.length === 0) return [works(id, `Memory was asked in ${took} ms.`, products)];
    return [broken(id, bad.join('\n'), 'Check the section memory of the configuration, and that those servers run.')];
  } catch (error) {
    const sentence = HoldfastError.is(error) ? error.message : codeOf(error);
    return [broken(id, sentence, 'See the log of the server.')];
  }
}
