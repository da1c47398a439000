import type * as usearch from 'usearch';
import type { Index } from 'usearch';

import type { StoredVector } from '../../records/records.ts';
import type { Viewer } from '../../record.ts';
import { sees } from '../input.ts';
import { type Block, blockWithRoom, createPartition, type Partition } from './partition.ts';
import { quantise } from './quantise.ts';

/** What of usearch is used; it is loaded where it is needed only. */
export type Usearch = Pick<typeof usearch, 'Index' | 'exactSearch' | 'MetricKind' | 'ScalarKind'>;

/** Nodes of which the graph is made anew when so large a part of them is gone. */
const HOLES = 0.3;
/** Neighbours of a node, and how many candidates are held while one is added. Measured by `npm run bench:memory`. */
const CONNECTIVITY = 16;
const EXPANSION_ADD = 96;
const EXPANSION_SEARCH = 96;

/** What the shelves of an index have in common. */
export interface ShelfOptions {
  readonly dimensions: number;
  /** A tenant with as many memories has a graph; who sees fewer has all that they see looked at. */
  readonly graphFrom: number;
}

interface Place {
  readonly block: Block;
  readonly row: number;
}

/** A memory that may be among the nearest; its cosine is that of the quantised vectors. */
interface Candidate {
  readonly seq: number;
  readonly distance: number;
}

/**
 * The vectors of one tenant, as signed bytes. They lie by scope, for exact searches of what a viewer sees, and from
 * `graphFrom` on in a graph (HNSW) too. A node of the graph is never used again: a memory that was changed gets another,
 * and the old node is a hole until the graph is made anew. What is in no graph yet is looked at exactly.
 */
export class Shelf {
  readonly tenant: string;
  readonly #usearch: Usearch;
  readonly #dimensions: number;
  readonly #graphFrom: number;
  readonly #partitions = new Map<string, Partition>();
  readonly #places = new Map<number, Place>();
  /** Blocks with rows that are in no graph. */
  readonly #tails = new Set<Block>();
  #graph: Index | undefined;
  /** By node; 0: a hole. The first node is 1. */
  #nodeSeqs: number[] = [0];
  #holes = 0;
  /** Rises when nodes are numbered anew: a graph in a file goes with rows of the same epoch only. */
  epoch = 1;
  /** Rises with every change of the rows or of the graph. */
  version = 0;
  savedVersion = -1;

  constructor(tenant: string, { dimensions, graphFrom }: ShelfOptions, usearch: Usearch) {
    this.tenant = tenant;
    this.#dimensions = dimensions;
    this.#graphFrom = graphFrom;
    this.#usearch = usearch;
  }

  get size(): number {
    return this.#places.size;
  }

  /** Rows in the graph. */
  get linked(): number {
    return this.#nodeSeqs.length - 1 - this.#holes;
  }

  /** Nodes of the graph, holes too. */
  get nodes(): number {
    return this.#nodeSeqs.length - 1;
  }

  /** Rows that the graph does not have yet and is to have. */
  get unlinked(): number {
    return this.size < this.#graphFrom ? 0 : this.size - this.linked;
  }

  get graph(): Index | undefined {
    return this.#graph;
  }

  get partitions(): Iterable<Partition> {
    return this.#partitions.values();
  }

  keys(): Iterable<number> {
    return this.#places.keys();
  }

  put(entry: StoredVector): void {
    this.remove(entry.seq);
    const { block, row } = this.#room(entry.seq, entry.user, entry.agent);
    quantise(entry.vector, block.vectors, row * this.#dimensions);
    this.version += 1;
  }

  /** Makes room for rows that will be restored. */
  reserve(user: string, agent: string, rows: number): void {
    this.#partition(user, agent).coming = rows;
  }

  /** Puts a row that is quantised already. `node` 0: it is in no graph. */
  restore(seq: number, user: string, agent: string, bytes: Int8Array, node: number): void {
    const { block, row } = this.#room(seq, user, agent);
    block.vectors.set(bytes, row * this.#dimensions);
    if (node > 0) this.#link(block, row, node);
  }

  remove(seq: number): void {
    const place = this.#places.get(seq);
    if (place === undefined) return;
    this.#places.delete(seq);
    this.version += 1;
    const { block, row } = place;
    const node = block.nodes[row] ?? 0;
    if (node === 0) this.#tail(block, -1);
    else {
      this.#nodeSeqs[node] = 0;
      this.#holes += 1;
    }
    this.#fill(block, row);
  }

  /** Whether so much of the graph is holes that it is to be made anew. */
  get isWorn(): boolean {
    return this.#holes > HOLES * this.#nodeSeqs.length && this.#holes > 1000;
  }

  /** Forgets the graph; `grow` makes it anew. */
  dropGraph(): void {
    this.#graph = undefined;
    this.#nodeSeqs = [0];
    this.#holes = 0;
    this.epoch += 1;
    this.version += 1;
    for (const { blocks } of this.#partitions.values()) {
      for (const block of blocks) {
        block.nodes.fill(0);
        block.tail = block.rows;
        this.#tails.add(block);
      }
    }
  }

  /** Takes a graph that was in a file, before any row: rows are restored with their nodes then. */
  adopt(graph: Index, nodes: number, epoch: number): void {
    this.#graph = graph;
    this.#nodeSeqs = Array.from({ length: nodes + 1 }, () => 0);
    this.#holes = nodes;
    this.epoch = epoch;
  }

  /** Adds up to `rows` rows to the graph; gives how many it added. */
  grow(rows: number): number {
    if (this.unlinked === 0) return 0;
    const keys = new BigUint64Array(rows);
    const vectors = new Float32Array(rows * this.#dimensions);
    let added = 0;
    this.#graph ??= this.newGraph();
    for (const block of this.#tails) {
      for (let row = 0; row < block.rows && added < rows && block.tail > 0; row += 1) {
        if (block.nodes[row] !== 0) continue;
        const node = this.#nodeSeqs.length;
        this.#nodeSeqs.push(0);
        this.#holes += 1;
        this.#link(block, row, node);
        keys[added] = BigInt(node);
        vectors.set(this.#bytes(block, row), added * this.#dimensions);
        added += 1;
      }
      if (added === rows) break;
    }
    this.#graph.add(keys.subarray(0, added), vectors.subarray(0, added * this.#dimensions), 1);
    this.version += 1;
    return added;
  }

  newGraph(): Index {
    const { Index, MetricKind, ScalarKind } = this.#usearch;
    return new Index({
      dimensions: this.#dimensions,
      metric: MetricKind.Cos,
      quantization: ScalarKind.I8,
      connectivity: CONNECTIVITY,
      expansion_add: EXPANSION_ADD,
      expansion_search: EXPANSION_SEARCH,
      multi: false,
    });
  }

  /** Keys that may be nearest, at least `wanted` of them where so many are seen. */
  candidates(viewer: Viewer, query: Float32Array, wanted: number): number[] {
    const bytes = new Int8Array(this.#dimensions);
    quantise(query, bytes, 0);
    const seen = this.#seenBy(viewer);
    const visible = seen.reduce((sum, { rows }) => sum + rows, 0);
    if (visible === 0) return [];
    const found = visible <= this.#graphFrom ? undefined : this.#byGraph(viewer, query, wanted, visible);
    if (found === undefined)
      return this.#nearest(
        seen.flatMap(({ blocks }) => blocks),
        bytes,
        wanted,
      );
    const tail = [...this.#tails].filter(({ partition }) => this.#isSeen(viewer, partition));
    return [...new Set([...found, ...this.#nearest(tail, bytes, wanted)])];
  }

  /** undefined: the graph has too little of what the viewer sees; looking at all of it is surer. */
  #byGraph(viewer: Viewer, query: Float32Array, wanted: number, visible: number): number[] | undefined {
    const nodes = this.#nodeSeqs.length - 1;
    if (this.#graph === undefined || this.linked < this.size / 2) return undefined;
    const share = (visible / this.size) * (this.linked / nodes);
    const asked = Math.ceil((wanted / share) * 1.2);
    if (asked * 40 > visible) return undefined;
    const { keys } = this.#graph.search(query, asked, 1);
    const found: number[] = [];
    for (const key of keys) {
      const seq = this.#nodeSeqs[Number(key)] ?? 0;
      const place = seq === 0 ? undefined : this.#places.get(seq);
      if (place !== undefined && this.#isSeen(viewer, place.block.partition)) found.push(seq);
    }
    return found.length < wanted / 2 ? undefined : found;
  }

  #nearest(blocks: readonly Block[], query: Int8Array, wanted: number): number[] {
    const { exactSearch, MetricKind } = this.#usearch;
    let best: Candidate[] = [];
    for (const block of blocks) {
      if (block.rows === 0) continue;
      const rows = block.vectors.subarray(0, block.rows * this.#dimensions);
      const count = Math.min(wanted, block.rows);
      const { keys, distances } = exactSearch(rows, query, this.#dimensions, count, MetricKind.Cos, 1);
      for (let at = 0; at < count; at += 1) {
        best.push({ seq: block.seqs[Number(keys[at])] ?? 0, distance: distances[at] ?? 2 });
      }
      if (best.length > wanted * 16) best = closest(best, wanted);
    }
    return closest(best, wanted).map(({ seq }) => seq);
  }

  #seenBy(viewer: Viewer): Partition[] {
    if (viewer.everybody) return [...this.#partitions.values()];
    const keys = [viewer.user, ''].flatMap((user) => [viewer.agent, ''].map((agent) => partitionKey(user, agent)));
    return [...new Set(keys)].flatMap((key) => this.#partitions.get(key) ?? []);
  }

  #isSeen(viewer: Viewer, { user, agent }: Partition): boolean {
    return sees(viewer, { tenant: this.tenant, user, agent });
  }

  /** A place for a row at the end of its partition, in no graph. */
  #room(seq: number, user: string, agent: string): Place {
    const partition = this.#partition(user, agent);
    const block = blockWithRoom(partition, this.#dimensions);
    const row = block.rows;
    block.rows += 1;
    partition.rows += 1;
    if (partition.coming > 0) partition.coming -= 1;
    block.seqs[row] = seq;
    block.nodes[row] = 0;
    this.#tail(block, 1);
    const place = { block, row };
    this.#places.set(seq, place);
    return place;
  }

  #partition(user: string, agent: string): Partition {
    const key = partitionKey(user, agent);
    let partition = this.#partitions.get(key);
    if (partition === undefined) {
      partition = createPartition(user, agent);
      this.#partitions.set(key, partition);
    }
    return partition;
  }

  #link(block: Block, row: number, node: number): void {
    block.nodes[row] = node;
    this.#nodeSeqs[node] = block.seqs[row] ?? 0;
    this.#holes -= 1;
    this.#tail(block, -1);
  }

  #tail(block: Block, change: number): void {
    block.tail += change;
    if (block.tail > 0) this.#tails.add(block);
    else this.#tails.delete(block);
  }

  /** Moves the last row of the partition to a place that became free. */
  #fill(block: Block, row: number): void {
    const { partition } = block;
    const last = partition.blocks.at(-1) ?? block;
    const from = last.rows - 1;
    if (last !== block || from !== row) {
      const seq = last.seqs[from] ?? 0;
      const node = last.nodes[from] ?? 0;
      block.vectors.set(this.#bytes(last, from), row * this.#dimensions);
      block.seqs[row] = seq;
      block.nodes[row] = node;
      this.#places.set(seq, { block, row });
      if (node === 0 && last !== block) {
        this.#tail(last, -1);
        this.#tail(block, 1);
      }
    }
    last.rows -= 1;
    partition.rows -= 1;
    if (last.rows > 0) return;
    partition.blocks.pop();
    this.#tails.delete(last);
    if (partition.rows === 0) this.#partitions.delete(partitionKey(partition.user, partition.agent));
  }

  #bytes(block: Block, row: number): Int8Array {
    return block.vectors.subarray(row * this.#dimensions, (row + 1) * this.#dimensions);
  }
}

function partitionKey(user: string, agent: string): string {
  return JSON.stringify([user, agent]);
}

function closest(candidates: readonly Candidate[], wanted: number): Candidate[] {
  return candidates.toSorted((a, b) => a.distance - b.distance || a.seq - b.seq).slice(0, wanted);
}
