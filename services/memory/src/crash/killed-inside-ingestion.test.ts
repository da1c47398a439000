import { describeKilled } from './suite.ts';

describeKilled('ME-2 a process killed in the middle of ingestion', {
  doing: 'ingest',
  points: ['before-commit', 'after-commit', 'after-embed', 'after-vectors', 'after-index', 'after-flush'],
});
