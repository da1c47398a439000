import { describeGraph } from './conformance.ts';
import { openSqliteGraphs } from './testing.ts';

describeGraph('SQLite', openSqliteGraphs);
