import type { ToolModule } from '../../tool.ts';
import type { FileStore } from '../store.ts';
import { sharedDiff, sharedHistory, sharedList } from './look.ts';
import { sharedRead } from './read.ts';
import { sharedRollback } from './rollback.ts';
import { sharedWrite } from './write.ts';

/** The tools by which agents use the shared files. */
export function sharedTools(store: FileStore): readonly ToolModule[] {
  return [sharedRead, sharedWrite, sharedList, sharedHistory, sharedDiff, sharedRollback].map((make) => make(store));
}
