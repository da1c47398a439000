import { budgetExceeded, type Ledger, type Usage } from './ledger.ts';

/** A ledger that a restart empties: for tests, and where there is no database. */
export function memoryLedger(): Ledger {
  const spending = new Map<string, Map<string, number>>();
  const counted = new Map<string, Usage & { tenant: string }>();
  const of = (tenant: string, scope: string): string => JSON.stringify([tenant, scope]);
  return {
    async reserve(tenant, reservations) {
      const after = new Map<string, Map<string, number>>();
      for (const { scope, budget, micros, limit } of reservations) {
        const key = of(tenant, scope);
        const budgets = after.get(key) ?? new Map(spending.get(key));
        const sum = (budgets.get(budget) ?? 0) + micros;
        if (sum > limit) throw budgetExceeded();
        after.set(key, budgets.set(budget, sum));
      }
      for (const [key, budgets] of after) spending.set(key, budgets);
    },
    spent: async (tenant, scope) => new Map(spending.get(of(tenant, scope))),
    async count({ tenant, day, tool, failed, micros }) {
      const key = JSON.stringify([tenant, day, tool]);
      const before = counted.get(key);
      counted.set(key, {
        tenant,
        day,
        tool,
        calls: (before?.calls ?? 0) + 1,
        failed: (before?.failed ?? 0) + (failed ? 1 : 0),
        micros: (before?.micros ?? 0) + micros,
      });
    },
    async usage(tenant, since) {
      const own = [...counted.values()].filter((one) => one.tenant === tenant && one.day >= since);
      return own
        .toSorted((a, b) => (a.day + a.tool < b.day + b.tool ? -1 : 1))
        .map(({ day, tool, calls, failed, micros }) => ({ day, tool, calls, failed, micros }));
    },
    async forget(tenant, scope) {
      spending.delete(of(tenant, scope));
    },
  };
}
