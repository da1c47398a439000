import type { Run } from '../api/client.ts';

const MOST = 160;

/** What a run is called: the first line of its task, else its agent with what it was given. */
export function titleOf(run: Pick<Run, 'agent' | 'id' | 'parameters' | 'task'>): string {
  const [line = ''] = run.task.trim().split('\n');
  if (line !== '') return line.length > MOST ? `${line.slice(0, MOST)} …` : line;
  const given = Object.values(run.parameters).filter((value) => typeof value === 'string');
  return [run.agent, ...given].join(' · ').slice(0, MOST);
}
