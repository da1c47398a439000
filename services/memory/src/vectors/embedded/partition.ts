/** Rows of a block when it is new, and when it is full. Small ones, since most scopes have few memories. */
const FIRST_ROWS = 16;
const FULL_ROWS = 4096;

/**
 * Some rows beside each other. The search of usearch reads from the start of the buffer, whatever the view says, and so
 * every block has a buffer of its own.
 */
export interface Block {
  rows: number;
  capacity: number;
  /** `rows` times the dimensions, from the start. */
  vectors: Int8Array;
  seqs: Float64Array;
  /** The node of each row in the graph; 0: it is in none yet. */
  nodes: Uint32Array;
  /** Rows that are in no graph yet. */
  tail: number;
  readonly partition: Partition;
}

/** The memories of one scope: one user (or everybody's) and one agent (or every agent's). */
export interface Partition {
  readonly user: string;
  readonly agent: string;
  readonly blocks: Block[];
  rows: number;
  /** Rows that are known to come: room is made for them at once. */
  coming: number;
}

/** Makes an empty partition. */
export function createPartition(user: string, agent: string): Partition {
  return { user, agent, blocks: [], rows: 0, coming: 0 };
}

/** The block of a partition that takes one row more. */
export function blockWithRoom(partition: Partition, dimensions: number): Block {
  const last = partition.blocks.at(-1);
  const { coming } = partition;
  if (last !== undefined && last.rows < FULL_ROWS) {
    const wanted = Math.max(last.capacity * 2, last.rows + coming);
    if (last.rows === last.capacity) resize(last, Math.min(FULL_ROWS, wanted), dimensions);
    return last;
  }
  const capacity = Math.min(FULL_ROWS, Math.max(coming, partition.blocks.length === 0 ? FIRST_ROWS : FULL_ROWS / 8));
  const block: Block = {
    rows: 0,
    capacity,
    vectors: new Int8Array(capacity * dimensions),
    seqs: new Float64Array(capacity),
    nodes: new Uint32Array(capacity),
    tail: 0,
    partition,
  };
  partition.blocks.push(block);
  return block;
}

function resize(block: Block, capacity: number, dimensions: number): void {
  const vectors = new Int8Array(capacity * dimensions);
  vectors.set(block.vectors);
  const seqs = new Float64Array(capacity);
  seqs.set(block.seqs);
  const nodes = new Uint32Array(capacity);
  nodes.set(block.nodes);
  Object.assign(block, { vectors, seqs, nodes, capacity });
}
