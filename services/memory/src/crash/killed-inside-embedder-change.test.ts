import { describeKilled } from './suite.ts';

describeKilled('ME-2 a process killed in the middle of a change of the embedder', {
  doing: 'change',
  points: ['after-embed', 'after-vectors', 'before-switch', 'after-switch', 'after-drop'],
  dimensions: (round) => 64 + 64 * ((round + 1) % 2),
});
