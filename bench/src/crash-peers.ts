/**
 * The crash matrix of `npm run test:crash` on Holdfast, Mastra and LangGraph.js, side by side:
 *
 *   npm run bench:install && npm run bench:crash-peers [-- --only holdfast,mastra] [--json]
 *
 * It has no budgets, it compares. Where the peers are killed is told in bench/peers/src/scripted-run.ts.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { agentpb } from '@holdfast/protocol';

import { matrixCases } from '../../tests/src/crash/matrix.ts';
import { type CaseOutcome, type Contender, crashCase } from './crash-case.ts';
import { PEERS, peersReady } from './peers.ts';

const peer = (name: string, file: string, lastArgument = ''): Contender => ({
  name,
  path: fileURLToPath(new URL(`src/${file}`, PEERS)),
  lastArgument,
  failure: (stdout) => {
    const { status, error } = JSON.parse(stdout) as { status: string; error?: string };
    return status === 'succeeded' ? undefined : (error ?? 'no reason was given');
  },
});

const CONTENDERS: readonly Contender[] = [
  {
    name: 'holdfast',
    path: fileURLToPath(new URL('../../tests/src/crash/child.ts', import.meta.url)),
    lastArgument: '1',
    failure: (stdout) => {
      const [run] = JSON.parse(stdout) as { status: agentpb.RunStatus; error?: string }[];
      return run?.status === agentpb.RunStatus.SUCCEEDED ? undefined : (run?.error ?? 'no run was left');
    },
  },
  peer('mastra', 'mastra-child.ts'),
  peer('langgraph', 'langgraph-child.ts', 'v2'),
  peer('langgraph-v1', 'langgraph-child.ts', 'v1'),
];

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: CONTENDERS.map(({ name }) => name).join(',') },
    json: { type: 'boolean', default: false },
  },
});

const names = values.only.split(',');
const unknown = names.find((name) => !CONTENDERS.some((contender) => contender.name === name));
if (unknown !== undefined) {
  process.stderr.write(`There is no ${unknown} here: --only takes ${CONTENDERS.map(({ name }) => name).join(', ')}.\n`);
  process.exit(2);
}
if (names.some((name) => name !== 'holdfast') && !peersReady()) process.exit();

async function matrixOf(contender: Contender): Promise<CaseOutcome[]> {
  const outcomes = new Map<string, CaseOutcome>();
  const cases = matrixCases();
  const queue = [...cases];
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift())
      outcomes.set(next.name, await crashCase(contender, next));
  };
  await Promise.all([work(), work()]);
  return cases.flatMap(({ name }) => outcomes.get(name) ?? []);
}

function summaryOf(name: string, outcomes: readonly CaseOutcome[]) {
  const runs = (run: CaseOutcome['run']) => outcomes.filter((outcome) => outcome.run === run).length;
  const times = (key: 'writesRepeated' | 'finishedRepeated') =>
    outcomes.reduce((sum, outcome) => sum + outcome[key].length, 0);
  return {
    name,
    cases: outcomes.length,
    ended: runs('ended'),
    failed: runs('failed'),
    lost: runs('lost'),
    writesRepeated: times('writesRepeated'),
    finishedRepeated: times('finishedRepeated'),
    writesUndone: outcomes.reduce((sum, { run, writesUndone }) => sum + (run === 'ended' ? writesUndone : 0), 0),
  };
}

type Summary = ReturnType<typeof summaryOf>;
const COLUMNS: readonly (readonly [keyof Summary, string])[] = [
  ['name', ''],
  ['cases', 'cases'],
  ['ended', 'runs ended'],
  ['failed', 'runs failed'],
  ['lost', 'runs lost'],
  ['writesRepeated', 'writes repeated'],
  ['finishedRepeated', 'finished calls repeated'],
  ['writesUndone', 'writes left undone in ended runs'],
];

function rowOf(cells: readonly (string | number)[]): string {
  return cells
    .map((cell, index) => String(cell).padEnd(Math.max(13, COLUMNS[index]?.[1].length ?? 0)))
    .join('  ')
    .trimEnd();
}

const say = (line: string) => {
  if (!values.json) process.stdout.write(`${line}\n`);
};

const all: { summary: Summary; outcomes: readonly CaseOutcome[] }[] = [];
say(rowOf(COLUMNS.map(([, title]) => title)));
for (const contender of CONTENDERS.filter(({ name }) => names.includes(name))) {
  const outcomes = await matrixOf(contender);
  const summary = summaryOf(contender.name, outcomes);
  all.push({ summary, outcomes });
  say(rowOf(COLUMNS.map(([key]) => summary[key])));
}
for (const { summary, outcomes } of all) {
  const bad = outcomes.filter(
    (one) => one.run !== 'ended' || one.writesRepeated.length + one.finishedRepeated.length > 0,
  );
  if (bad.length > 0) say(`\n${summary.name}`);
  for (const { name, run, reason, writesRepeated, finishedRepeated } of bad) {
    const parts = [
      ...(run === 'ended' ? [] : [`${run}: ${reason}`]),
      ...(writesRepeated.length > 0 ? [`writes repeated: ${writesRepeated.length}`] : []),
      ...(finishedRepeated.length > 0 ? [`finished calls repeated: ${finishedRepeated.length}`] : []),
    ];
    say(`  ${name}  (${parts.join('; ')})`);
  }
}
if (values.json) process.stdout.write(`${JSON.stringify(all)}\n`);
