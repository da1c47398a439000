import { HoldfastError, type JsonObject, type JsonValue } from '@holdfast/protocol';
import { describe, expect, it } from 'vitest';

import type { AssistantPart, Message, ModelPart } from '../model.ts';
import { playbookModel } from './model.ts';
import { parsePlaybook } from './parse.ts';
import type { Playbook } from './playbook.ts';

function playbookOf(steps: string, answer = 'done', parameters = ''): Playbook {
  return parsePlaybook(
    `---\nname: test\ntitle: T\ndescription: D\nparameters:\n  type: object\n  properties:\n    file: { type: string, format: host-path }\n    deep: { type: boolean }\n    list: { type: array }\n${parameters}steps:\n${steps}\n---\n${answer}`,
    'test.md',
  );
}

interface Ended {
  readonly calls: { id: string; name: string; arguments: JsonObject }[];
  readonly text: string;
  readonly parts: readonly ModelPart[];
  readonly messages: readonly Message[];
}

/** Runs a playbook against `tool`, as the agent's loop does. */
async function run(
  playbook: Playbook,
  tool: (name: string, args: JsonObject) => { ok?: boolean; value: JsonValue },
  parameters: JsonObject = {},
): Promise<Ended> {
  const model = playbookModel(playbook);
  const messages: Message[] = [{ role: 'user', text: 'go' }];
  const calls: Ended['calls'] = [];
  for (;;) {
    const parts: ModelPart[] = [];
    const { signal } = new AbortController();
    for await (const part of model.stream({ messages, tools: [], parameters, signal })) parts.push(part);
    const said: AssistantPart[] = parts.flatMap((part) => (part.type === 'part' ? [part.part] : []));
    messages.push({ role: 'assistant', parts: said });
    const wanted = said.filter((part) => part.type === 'tool-call');
    if (wanted.length === 0) {
      const text = said.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('');
      return { calls, text, parts, messages };
    }
    for (const { id, name, arguments: args } of wanted) {
      calls.push({ id, name, arguments: args });
      messages.push({ role: 'tool', callId: id, name, ok: true, ...tool(name, args) });
    }
  }
}

async function failure(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return HoldfastError.is(error) ? `${error.code}: ${error.message}` : String(error);
  }
  return 'nothing was thrown';
}

describe('playbookModel', () => {
  it('calls its steps in order, together where it says so, and answers with their results', async () => {
    const playbook = playbookOf(
      `  - { id: one, tool: first, args: { path: "{{ parameters.file }}", n: 3 } }
  - together:
      - { id: a, tool: bash, args: { rows: "{{ steps.one.rows }}", text: "n={{ steps.one.rows | size }}" } }
      - { id: b, tool: bash, args: { nested: [{ x: "{{ ok.one }}" }, "plain"] } }
  - { id: skipped, tool: bash, when: parameters.deep }
  - { id: wanted, tool: bash, when: "steps.one.rows.size > 1 and ok.one" }`,
      'rows {{ steps.one.rows | size }} of {{ parameters.file_host }}{% if steps.skipped %} never{% endif %}',
    );
    const ended = await run(playbook, () => ({ value: { rows: [1, 'two', null] } }), {
      file: '/input/file',
      file_host: '/data/x.csv',
    });
    expect(ended.calls).toEqual([
      { id: 'one', name: 'first', arguments: { path: '/input/file', n: 3 } },
      { id: 'a', name: 'bash', arguments: { rows: [1, 'two', null], text: 'n=3' } },
      { id: 'b', name: 'bash', arguments: { nested: [{ x: true }, 'plain'] } },
      { id: 'wanted', name: 'bash', arguments: {} },
    ]);
    expect(
      ended.messages.filter((message) => message.role === 'assistant').map((message) => message.parts.length),
    ).toEqual([1, 2, 1, 1]);
    expect(ended.text).toBe('rows 3 of /data/x.csv');
    expect(ended.parts.at(-1)).toEqual({
      type: 'finish',
      model: 'playbook/test',
      reason: 'stop',
      usage: { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 },
      costUsd: 0,
    });
  });

  it('streams a long answer in pieces that give the whole, no character torn', async () => {
    const playbook = playbookOf('  - { id: a, tool: t }', '{{ steps.a }}');
    const value = `${'短行\n'.repeat(900)}${'😀'.repeat(3000)}`;
    const { parts, text } = await run(playbook, () => ({ value }));
    const deltas = parts.flatMap((part) => (part.type === 'text' ? [part.delta] : []));
    expect(deltas.length).toBeGreaterThan(5);
    expect(deltas.join('')).toBe(value);
    expect(text).toBe(value);
    for (const delta of deltas) expect(delta.isWellFormed()).toBe(true);
  });

  it('stops at a failed step with its name and reason, unless it may fail', async () => {
    const fails = () => ({ ok: false, value: { error: 'TOOL_FAILED', message: 'not a CSV file' } });
    expect(await failure(run(playbookOf('  - { id: a, tool: csv }'), fails))).toBe(
      'TOOL_FAILED: The playbook test stopped at its step "a" (csv): not a CSV file. The results of the steps before it are kept.',
    );
    const lenient = playbookOf(
      '  - { id: a, tool: csv, on_error: continue }',
      '{% if ok.a %}fine{% else %}failed: {{ steps.a.message }}{% endif %}',
    );
    expect((await run(lenient, fails)).text).toBe('failed: not a CSV file');
  });

  it('names the step whose arguments do not render, and keeps the rest', async () => {
    const playbook = playbookOf(
      '  - { id: a, tool: t }\n  - { id: b, tool: t, args: { x: "{{ steps.a.absent.deep }}" } }',
    );
    expect(await failure(run(playbook, () => ({ value: {} })))).toMatch(
      /^MODEL_MALFORMED: The playbook test cannot render the arguments of its step "b" \(t\): undefined variable: steps\.a\.absent.* are kept\. Correct test\.md/,
    );
  });

  it('leaves a gap for what a result lacks in the answer', async () => {
    const playbook = playbookOf('  - { id: a, tool: t }', '[{{ steps.a.absent.deep }}]');
    expect((await run(playbook, () => ({ value: {} }))).text).toBe('[]');
  });

  it.each([
    ['output', '{% for i in (1..400) %}{{ steps.a }}{% endfor %}', /more than 4000000 characters/],
    ['memory', '{% for i in (1..100000000) %}x{% endfor %}', /memory alloc limit exceeded/],
  ])('bounds the %s of a template', async (_, answer, message) => {
    const playbook = playbookOf('  - { id: a, tool: t }', answer);
    expect(await failure(run(playbook, () => ({ value: 'x'.repeat(20_000) })))).toMatch(message);
  });

  it('shows no more of a value than its own fields', async () => {
    const playbook = playbookOf('  - { id: a, tool: t }', '[{{ steps.a.constructor }}{{ steps.a.__proto__ }}]');
    expect((await run(playbook, () => ({ value: {} }))).text).toBe('[]');
  });

  it('refuses what a person adds to the task, and stops when it is cancelled', async () => {
    const model = playbookModel(playbookOf('  - { id: a, tool: t }'));
    const { signal } = new AbortController();
    const collect = async (messages: Message[], given: AbortSignal) => {
      for await (const part of model.stream({ messages, tools: [], parameters: {}, signal: given }))
        expect(part).toBeDefined();
    };
    const twice: Message[] = [
      { role: 'user', text: 'go' },
      { role: 'user', text: 'and now in French' },
    ];
    expect(await failure(collect(twice, signal))).toMatch(/^TASK_UNSUPPORTED: .*Fork the run with a model/);
    expect(await failure(collect([], AbortSignal.abort()))).toMatch(/^CANCELED/);
  });

  it('stands where the conversation says, whatever model object is asked', async () => {
    const playbook = playbookOf('  - { id: a, tool: t }\n  - { id: b, tool: t }', 'x');
    const messages: Message[] = [
      { role: 'user', text: 'go' },
      { role: 'tool', callId: 'a', name: 't', ok: true, value: 1 },
    ];
    const { signal } = new AbortController();
    for (let turn = 0; turn < 2; turn += 1) {
      const parts: ModelPart[] = [];
      for await (const part of playbookModel(playbook).stream({ messages, tools: [], parameters: {}, signal }))
        parts.push(part);
      expect(parts[0]).toMatchObject({ type: 'part', part: { id: 'b' } });
    }
  });
});
