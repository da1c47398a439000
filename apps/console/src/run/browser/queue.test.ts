import { describe, expect, it } from 'vitest';

import type { Input, MouseInput } from './input.ts';
import { InputQueue } from './queue.ts';

const mouse = (type: MouseInput['type'], more: Partial<MouseInput> = {}): Input => ({
  kind: 'mouse',
  type,
  x: 0,
  y: 0,
  ...more,
});
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('inputs on their way to the page (TL-1)', () => {
  it('go one request at a time, in order; moves in a row and turns of the wheel become one', async () => {
    const sent: Input[][] = [];
    let release = () => {};
    const queue = new InputQueue(
      (inputs) => {
        sent.push(inputs);
        return new Promise((resolve) => {
          release = resolve;
        });
      },
      () => expect.unreachable(),
    );
    queue.push(mouse('down'));
    queue.push(mouse('move', { x: 0.1 }), mouse('move', { x: 0.2 }), mouse('up'));
    queue.push(mouse('wheel', { delta_y: 10 }), mouse('wheel', { delta_y: 5 }), { kind: 'text', text: 'a' });
    await settled();
    expect(sent).toEqual([[mouse('down')]]);
    release();
    await settled();
    expect(sent[1]).toEqual([
      mouse('move', { x: 0.2 }),
      mouse('up'),
      mouse('wheel', { delta_x: 0, delta_y: 15 }),
      { kind: 'text', text: 'a' },
    ]);
  });

  it('are dropped behind one that was refused, and the next ones go again', async () => {
    const sent: Input[][] = [];
    const errors: unknown[] = [];
    const queue = new InputQueue(
      async (inputs) => {
        sent.push(inputs);
        if (sent.length === 1) throw new Error('refused');
      },
      (error) => errors.push(error),
    );
    queue.push(mouse('down'));
    queue.push(mouse('up'));
    await settled();
    expect(errors).toHaveLength(1);
    queue.push({ kind: 'text', text: 'b' });
    await settled();
    expect(sent).toEqual([[mouse('down')], [{ kind: 'text', text: 'b' }]]);
  });

  it('are at most a hundred in one request', async () => {
    const sizes: number[] = [];
    const queue = new InputQueue(
      async (inputs) => {
        sizes.push(inputs.length);
      },
      () => expect.unreachable(),
    );
    queue.push(...Array.from({ length: 250 }, (): Input => ({ kind: 'text', text: 'x' })));
    await settled();
    expect(sizes).toEqual([100, 100, 50]);
  });
});
