import { describeKilled } from './suite.ts';

describeKilled('ME-3 a process killed in the middle of an erasure', {
  doing: 'erase',
  points: ['after-begin', 'after-targets', 'after-store', 'before-complete'],
  passes: (point) => (point === 'after-store' ? 2 : 0),
});
