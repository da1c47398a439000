import { expect, it } from 'vitest';

import { etcFiles } from './etc-files.ts';

const owners = { user: { uid: 52_001, gid: 52_001 }, root: { uid: 52_002, gid: 52_002 } };

it('names the numbers of the box first, and keeps the users of the image', () => {
  const image = {
    passwd: 'root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/:/bin/false\nuser:x:1000:1000::/home/user:/bin/zsh\n',
    group: 'root:x:0:\nuser:x:1000:\nstaff:x:50:\n',
  };
  const { passwd, group } = etcFiles(owners, image);
  expect(passwd).toBe(
    'user:x:52001:52001:user:/home/user:/bin/bash\nroot:x:52002:52002:root:/root:/bin/bash\n' +
      'root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/:/bin/false\n',
  );
  expect(group).toBe('user:x:52001:\nroot:x:52002:\nroot:x:0:\nstaff:x:50:\n');
});

it('needs no users of the image, nor a root', () => {
  const { passwd, group } = etcFiles({ user: owners.user }, { passwd: '', group: '' });
  expect(passwd).toBe('user:x:52001:52001:user:/home/user:/bin/sh\nroot:x:0:0:root:/root:/bin/sh\n');
  expect(group).toBe('user:x:52001:\nroot:x:0:\n');
});
