import { describe, expect, it } from 'vitest';

import { lastWords } from './last-words.ts';

describe('the last words of a program (TL-5)', () => {
  it.for([
    ['', ''],
    ['\n  \n', ''],
    ['listening\nport is taken\n', 'port is taken'],
    [
      "node:internal/modules/cjs/loader:1210\n  throw err;\n  ^\n\nError: Cannot find module '/x'\n    at f (node:x:1:1) {\n  code: 'MODULE_NOT_FOUND',\n  requireStack: []\n}\n\nNode.js v20.20.2\n",
      "Error: Cannot find module '/x'",
    ],
    [
      'Traceback (most recent call last):\n  File "s.py", line 1, in <module>\n    import nothing\nModuleNotFoundError: No module named \'nothing\'\n',
      "ModuleNotFoundError: No module named 'nothing'",
    ],
    [
      'npm error code E404\nnpm error 404 Not Found - GET https://registry.npmjs.org/none\nnpm error A complete log of this run can be found in: /x.log\n',
      'npm error 404 Not Found - GET https://registry.npmjs.org/none',
    ],
    ['usage: server <folder>\r\n', 'usage: server <folder>'],
    [
      "/a/b.js:12\n    throw new TypeError('wrong')\n    ^\n\nTypeError: wrong\n    at f (/a/b.js:12:3)\n",
      'TypeError: wrong',
    ],
  ] as const)('are the line that says why, of %j', ([said, expected]) => {
    expect(lastWords(said)).toBe(expected);
  });

  it('are bounded', () => {
    expect(lastWords('x'.repeat(10_000))).toHaveLength(300);
  });
});
