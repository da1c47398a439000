import { describe, expect, it } from 'vitest';

import { secondCatalogue } from './corpus/second/catalogue.ts';
import { A, B, C, D, E, G, I } from './corpus/second/queries.ts';
import { ToolIndex } from './index.ts';

const tools = secondCatalogue();
const index = new ToolIndex();
index.sync(tools);

function five(query: string, of = index): string[] {
  return of.search(query, 5).map(({ name }) => name);
}

describe('what queries of tools mean (TL-5)', () => {
  it('TL-5: has the right tool among the first five for 95 of 100 queries over tools in the style of public servers', () => {
    expect(tools.length).toBeGreaterThanOrEqual(500);
    const known = new Set(tools.map(({ name }) => name));
    const all = [...A, ...B, ...C, ...D, ...E, ...G];
    expect([...all, ...I].flatMap(({ expected }) => expected).filter((name) => !known.has(name))).toEqual([]);
    const wrong = all.filter(({ query, expected }) => !five(query).some((name) => expected.includes(name)));
    expect(wrong.length, wrong.map(({ query }) => query).join('\n')).toBeLessThanOrEqual(all.length * 0.05);
  });

  it('TL-5: has it also where one server offers the tools of all services', () => {
    const nameHere = (name: string): string => `mcp__hub__${name.replace('__', '_')}`;
    const hub = new ToolIndex();
    hub.sync(tools.map((tool) => ({ ...tool, name: nameHere(tool.name) })));
    const all = [...A, ...B, ...C, ...D];
    const wrong = all.filter(({ query, expected }) => {
      const found = five(query, hub);
      return !expected.some((name) => found.includes(nameHere(name)));
    });
    expect(wrong.length, wrong.map(({ query }) => query).join('\n')).toBeLessThanOrEqual(all.length * 0.05);
  });

  it.each([
    ['a typing error', 'slakc mesage to chanel', 'slack__slack_post_message'],
    ['words written apart', 'free busy of my calendars', 'google_calendar__get-freebusy'],
    ['words written together', 'websearch', 'brave_search__brave_web_search'],
    ['a service by its Chinese name', '钉钉 待办', 'dingtalk__create_todo_task'],
    ['a service by another name', 'lark approval', 'feishu__approval_v4_instance_create'],
    ['a service in two words', 'google maps elevation', 'google_maps__maps_elevation'],
    ['a tool described in Chinese by an English query', 'today oil price by province', 'utilities__query_oil_price'],
    ['a path whose folders mean nothing', 'list /home/slack/stripe', 'filesystem__list_directory'],
    ['the kind of a file', 'read figures of q3.xlsx', 'excel__read_data_from_excel'],
  ])('TL-5: finds a tool by %s', (_, query, name) => {
    expect(five(query)).toContain(name);
  });

  it('TL-5: prefers the tool that does what is asked over one that does the opposite to the same thing', () => {
    const small = new ToolIndex();
    const tool = (name: string) => ({ name, description: '', input: { schema: {} } });
    small.sync(['x__delete_label', 'x__create_label', 'y__label_list'].map(tool));
    expect(five('make a label', small)[0]).toBe('x__create_label');
    expect(five('删除标签', small)[0]).toBe('x__delete_label');
    expect(five('which labels are there', small)[0]).toBe('y__label_list');
  });
});
