import { describeKilled } from './suite.ts';

describeKilled('ME-2 a process killed in the middle of making an index anew', {
  doing: 'rebuild',
  points: ['rebuild-begun', 'page-read', 'rows-written', 'graph-written', 'manifest-written', 'manifest-in-place'],
});
