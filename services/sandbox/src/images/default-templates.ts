import type { z } from 'zod';

import type { TemplatesSchema } from './template.ts';

/** The templates that are there when nothing is configured. This is the one place where they are declared. */
export const DEFAULT_TEMPLATES: z.input<typeof TemplatesSchema> = {
  base: {
    description: 'Shell, core utilities, git and curl. At level process: what the host has.',
    host: true,
    packages: ['ca-certificates', 'curl', 'git', 'procps'],
  },
  python: {
    names: ['python3'],
    description: 'Python 3 with pip and venv.',
    packages: [
      'ca-certificates',
      'curl',
      'git',
      'procps',
      'python-is-python3',
      'python3',
      'python3-pip',
      'python3-venv',
    ],
  },
  node: {
    names: ['nodejs'],
    description: 'Node.js with npm.',
    packages: ['ca-certificates', 'curl', 'git', 'nodejs', 'npm', 'procps'],
  },
  'data-science': {
    description: 'Python 3 with NumPy, pandas, SciPy, Matplotlib and scikit-learn.',
    packages: [
      'ca-certificates',
      'curl',
      'git',
      'procps',
      'python-is-python3',
      'python3',
      'python3-matplotlib',
      'python3-numpy',
      'python3-pandas',
      'python3-pip',
      'python3-scipy',
      'python3-sklearn',
      'python3-venv',
    ],
    env: { MPLBACKEND: 'Agg' },
  },
};
