import { describeKilled } from './suite.ts';

describeKilled('ME-3 a process killed in the middle of a compression', {
  doing: 'compress',
  points: ['before-replace', 'before-commit', 'after-commit', 'after-replace', 'after-index'],
});
