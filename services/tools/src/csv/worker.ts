import { serve } from '../worker/serve.ts';
import { profileCsv, type ProfileOptions } from './profile.ts';

// The arguments were checked by the tool's schema before they were handed to this thread.
await serve((args, places, tell) => profileCsv(args as unknown as ProfileOptions, places, tell));
