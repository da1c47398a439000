import { expect, test } from 'vitest';
import { z } from 'zod';

import { Registry } from './registry.ts';
import { defineTool, type ToolModule, type ToolSource } from './tool.ts';

function tool(name: string, source: string, said = 'ok'): ToolModule {
  const made = defineTool({
    name,
    description: said,
    parameters: z.strictObject({}),
    effect: 'read',
    approval: 'none',
    timeoutMs: 1000,
    run: async () => ({ ok: true, value: { said } }),
  });
  return { ...made, source };
}

function sourceOf(name: string, modules: ToolModule[]) {
  const listeners = new Set<() => void>();
  const source: ToolSource = {
    name,
    list: () => modules,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return { source, modules, changed: () => listeners.forEach((listener) => listener()) };
}

test('tools of a source come, change and go while the platform runs (TL-4, TL-5)', () => {
  const skills = sourceOf('skills', []);
  const registry = new Registry([tool('bash', 'builtin')], {}, [skills.source]);
  expect(registry.all().map(({ name }) => name)).toEqual(['bash']);
  const before = registry.revision;
  const first = tool('weather', 'skills', 'one');
  skills.modules.push(first);
  skills.changed();
  expect(registry.revision).toBeGreaterThan(before);
  expect(registry.get('weather')).toBe(first);
  skills.modules[0] = tool('weather', 'skills', 'two');
  skills.changed();
  expect(registry.get('weather').description).toBe('two');
  skills.modules.length = 0;
  skills.changed();
  expect(() => registry.get('weather')).toThrow(/no tool named "weather"/);
});

test('two tools of one name: the earlier source keeps it, and the clash is told', () => {
  const skills = sourceOf('skills', [tool('search', 'skills'), tool('bash', 'skills')]);
  const mcp = sourceOf('mcp', [tool('search', 'mcp')]);
  const registry = new Registry([tool('bash', 'builtin')], {}, [skills.source, mcp.source]);
  expect(registry.get('search').source).toBe('skills');
  expect(registry.get('bash').source).toBe('builtin');
  expect(registry.clashes).toEqual([
    { tool: 'bash', kept: 'builtin', hidden: 'skills' },
    { tool: 'search', kept: 'skills', hidden: 'mcp' },
  ]);
});

test('an approval of a tool that only a source can bring is taken', () => {
  const mcp = sourceOf('mcp', []);
  expect(() => new Registry([], { mcp__git__push: 'always' }, [mcp.source])).not.toThrow();
  expect(() => new Registry([], { mcp__git__push: 'always' })).toThrow(/tools\.approvals\.mcp__git__push/);
});
