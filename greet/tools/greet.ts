import { defineSkillTool } from '@holdfast/skill';
import { z } from 'zod';

export const greet = defineSkillTool({
  name: 'greet_greet',
  description: 'Greets somebody.',
  parameters: z.strictObject({ name: z.string().min(1).describe('Who is greeted.') }),
  effect: 'read',
  run: ({ name }) => `Hello, ${name}.`,
});
