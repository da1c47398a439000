import type { Run } from '../api/client.ts';
import { visible } from '../ui/visible.ts';

const MOST = 160;

/** What a run is called: the first line of its task, else its agent with what it was given. */
export function titleOf(run: Pick<Run, 'agent' | 'id' | 'parameters' | 'task'>): string {
  const [line = ''] = visible(run.task).trim().split('\n');
  if (line !== '') return line.length > MOST ? `${line.slice(0, MOST)} …` : line;
  // What lies on the server has two names: where the run sees it, and, as `<name>_host`, where a human does.
  const { parameters } = run;
  const given = Object.entries(parameters)
    .filter(([name]) => !(name.endsWith('_host') && name.slice(0, -'_host'.length) in parameters))
    .map(([name, value]) => parameters[`${name}_host`] ?? value)
    .filter((value) => typeof value === 'string');
  return visible([run.agent, ...given].join(' · ')).slice(0, MOST);
}
