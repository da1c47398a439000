import { expect, it } from 'vitest';

import { moduleOrder } from './modules.ts';

const DEPENDENCIES = [
  'kernel/drivers/virtio/virtio_pci.ko: kernel/drivers/virtio/virtio_legacy.ko kernel/drivers/virtio/virtio.ko kernel/drivers/virtio/virtio_ring.ko',
  'kernel/drivers/virtio/virtio_legacy.ko:',
  'kernel/drivers/virtio/virtio.ko: kernel/drivers/virtio/virtio_ring.ko',
  'kernel/drivers/virtio/virtio_ring.ko:',
  'kernel/drivers/char/hw_random/virtio-rng.ko.xz: kernel/drivers/virtio/virtio.ko kernel/drivers/virtio/virtio_ring.ko',
].join('\n');

it('puts each module behind what it needs, and none twice', () => {
  expect(moduleOrder(DEPENDENCIES, ['virtio_pci', 'virtio_rng']).map((path) => path.split('/').at(-1))).toEqual([
    'virtio_legacy.ko',
    'virtio_ring.ko',
    'virtio.ko',
    'virtio_pci.ko',
    'virtio-rng.ko.xz',
  ]);
});

it('leaves out what is no module: it is part of the kernel', () => {
  expect(moduleOrder(DEPENDENCIES, ['ext4'])).toEqual([]);
});
