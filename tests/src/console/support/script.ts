import type { ProviderRequest, Reply, Script } from '@holdfast/testing';

/** What the model says in the runs whose task holds a key: one reply after the other, the last one again and again. */
export type Plays = Readonly<Record<string, readonly Reply[] | Script>>;

/** A script that finds its play by the task that it is given; by the latest of them, where a fork has added one. */
export function playing(plays: Plays): Script {
  return (request) => {
    const told = JSON.stringify(request.body['messages']);
    const [latest] = Object.keys(plays)
      .map((key) => ({ key, at: told.lastIndexOf(key) }))
      .filter(({ at }) => at >= 0)
      .sort((a, b) => b.at - a.at);
    const play = latest && plays[latest.key];
    if (!play) return { text: 'There is nothing to say.' };
    return typeof play === 'function' ? play(request) : replyOf(play, request);
  };
}

function replyOf(play: readonly Reply[], { turns }: ProviderRequest): Reply {
  return play[Math.min(turns, play.length - 1)] ?? { text: 'Nothing is scripted.' };
}

/** A reply that runs one command. */
export function running(command: string, text?: string): Reply {
  return { ...(text === undefined ? {} : { text }), toolCalls: [{ name: 'bash', arguments: { command } }] };
}
