import { serve } from '../worker/serve.ts';
import { type LogOptions, profileLogs } from './profile.ts';

// The arguments were checked by the tool's schema before they were handed to this thread.
await serve((args, places, tell) => profileLogs(args as unknown as LogOptions, places, tell));
