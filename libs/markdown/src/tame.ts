import type { Definition, List, Nodes, Parents, PhrasingContent, Root, RootContent, Table, Text } from 'mdast';

import { MAX_CELLS, MAX_CHILDREN, MAX_COLUMNS, MAX_DEFINITIONS, MAX_DEPTH, MAX_EXPANSION } from './limits.ts';

/** What of a document's beginning decides how its rest is shown. */
export interface Definitions {
  /** The definition that counts for each identifier: the first one. */
  readonly byId: Map<string, Definition>;
  /** Characters that reference links have added so far. */
  expanded: number;
  /** References to footnotes so far. */
  footnoteReferences: number;
}

/**
 * Takes out of a tree what must not reach a page: HTML is shown as the text that it is, images are links to what they
 * would have loaded, what is too deep or too large is plain text. Changes the tree.
 *
 * @param source the text that was parsed, from which tables that are too large are shown.
 */
export function tame(root: Root, definitions: Definitions, source: string): void {
  collect(root, definitions);
  walk(root, 0, { definitions, source, inLink: false });
}

interface Walk {
  readonly definitions: Definitions;
  readonly source: string;
  readonly inLink: boolean;
}

function collect(root: Root, { byId }: Definitions): void {
  const open: Nodes[] = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.type === 'definition' && !byId.has(node.identifier)) byId.set(node.identifier, node);
    if ('children' in node) open.push(...node.children.toReversed());
  }
}

function walk(parent: Parents, depth: number, how: Walk): void {
  const { inLink } = how;
  const children: Nodes[] = [];
  for (const child of parent.children) {
    for (const node of tamed(child, parent, how)) {
      if ('children' in node) {
        const isLink = node.type === 'link' || node.type === 'linkReference';
        if (depth < MAX_DEPTH) walk(node, depth + 1, isLink && !inLink ? { ...how, inLink: true } : how);
        else flatten(node);
      }
      children.push(node);
    }
  }
  parent.children = children as RootContent[];
  if (!isFlow(parent) && parent.type !== 'list' && children.length > MAX_CHILDREN) flatten(parent);
}

function tamed(node: Nodes, parent: Parents, { definitions, inLink, source }: Walk): readonly Nodes[] {
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- all others are harmless as they are
  switch (node.type) {
    case 'html':
      return isFlow(parent) ? [{ type: 'paragraph', children: [text(node.value)] }] : [text(node.value)];
    case 'image': {
      const label = text(node.alt || node.url);
      return inLink ? [label] : [{ type: 'link', url: node.url, children: [label] }];
    }
    case 'imageReference': {
      const { alt, identifier } = node;
      const label = text(alt || identifier);
      if (inLink || !mayExpand(identifier, definitions)) return [label];
      return [{ type: 'linkReference', identifier, referenceType: 'full', children: [label] }];
    }
    case 'linkReference':
      return mayExpand(node.identifier, definitions) ? [node] : node.children;
    case 'table':
      return isTooLarge(node) ? [{ type: 'code', value: sliceOf(node, source) }] : [node];
    case 'footnoteReference':
      definitions.footnoteReferences += 1;
      return definitions.footnoteReferences <= MAX_DEFINITIONS ? [node] : [text(`[^${node.label ?? node.identifier}]`)];
    case 'list':
      spreadEvenly(node);
      return [node];
    default:
      return [node];
  }
}

/** A list is loose where one of its items is. Said of every item, it is not looked for again at each of them. */
function spreadEvenly({ children, spread }: List): void {
  const loose = (spread ?? false) || children.some((item) => item.spread ?? item.children.length > 1);
  for (const item of children) item.spread = loose;
}

function isFlow({ type }: Parents): boolean {
  return type === 'root' || type === 'blockquote' || type === 'listItem' || type === 'footnoteDefinition';
}

function text(value: string): Text {
  return { type: 'text', value };
}

function mayExpand(identifier: string, definitions: Definitions): boolean {
  definitions.expanded += definitions.byId.get(identifier)?.url.length ?? 0;
  return definitions.expanded <= MAX_EXPANSION;
}

/** Every row is filled up to the width of the first one. */
function isTooLarge({ children }: Table): boolean {
  const columns = children[0]?.children.length ?? 0;
  return columns > MAX_COLUMNS || columns * children.length > MAX_CELLS;
}

function sliceOf({ position }: Table, source: string): string {
  return position ? source.slice(position.start.offset, position.end.offset) : '';
}

function flatten(node: Parents): void {
  const value = textOf(node);
  const inline: PhrasingContent[] = value === '' ? [] : [text(value)];
  const flow = isFlow(node) || node.type === 'list';
  node.children = (flow ? [{ type: 'paragraph', children: inline }] : inline) as RootContent[];
}

function textOf(root: Nodes): string {
  let value = '';
  const open: Nodes[] = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    if ('value' in node) value += node.value;
    if (node.type === 'break') value += '\n';
    if ('children' in node) open.push(...node.children.toReversed());
  }
  return value;
}
