/**
 * Level of detail: which nodes and edges are drawn at a scale. Nodes stand in the order of importance, so that what is drawn at a
 * scale is a beginning of that order: it depends on the scale only, and nothing comes or goes while the picture is moved.
 */
import { shown, type Box, type View } from "./camera.ts";
import { BRIGHT, DIMMED, HIDDEN, type Looks, type Scene } from "./types.ts";

export interface Budget {
  /** Up to so many nodes (that are not hidden), all are drawn at every scale. */
  readonly all: number;
  /** Of more, so many are drawn where the whole fits the screen; about three times as many at twice the scale, and so on. */
  readonly overview: number;
  /** Nodes drawn within the picture at most. */
  readonly nodes: number;
  /** Edges drawn at most; the bright ones come on top. */
  readonly edges: number;
}

export const BUDGET: Budget = { all: 6000, overview: 2000, nodes: 6000, edges: 15000 };

const EDGES_AT = 150;

export interface Choice {
  /** Nodes to draw as shapes, in order of importance. */
  readonly nodes: Uint32Array;
  /** Nodes in the view that are not: points. */
  readonly points: Uint32Array;
  /** Nodes before this number are drawn wherever they are. */
  readonly rank: number;
}

/** How many nodes, of so many, a scale shows; `fit` is the scale where all fit the screen. */
export function allowance(visible: number, scale: number, fit: number, budget: Budget = BUDGET): number {
  if (visible <= budget.all) return visible;
  return Math.min(visible, Math.round(budget.overview * Math.max(1, (scale / fit) ** 1.5)));
}

/**
 * The nodes of a view, of `visible` that are not hidden. Bright ones, the selected one and the one under the pointer are always
 * drawn; `fit` is the scale where all fit the screen.
 */
export function chooseNodes(scene: Scene, looks: Looks, hover: number | null, v: View, fit: number, visible: number, budget: Budget = BUDGET): Choice {
  const { n, x, y, r } = scene;
  // with some pixels more on each side: nodes are larger on the screen than in the layout
  const box = shown(v, 40);
  let left = allowance(visible, v.scale, fit, budget);
  let rank = n;
  const nodes: number[] = [], points: number[] = [];
  for (let i = 0; i < n; i++) {
    const look = looks.node[i]!;
    if (look === HIDDEN) continue;
    const early = left > 0;
    if (early && --left === 0) rank = Math.min(rank, i + 1);
    const px = x[i]!, py = y[i]!, pr = r[i]!;
    if (px + pr < box.left || px - pr > box.right || py + pr < box.top || py - pr > box.bottom) continue;
    if ((early && nodes.length < budget.nodes) || look === BRIGHT || i === looks.selectedNode || i === hover) nodes.push(i);
    else points.push(i);
    if (early && nodes.length === budget.nodes) rank = Math.min(rank, i + 1);
  }
  return { nodes: Uint32Array.from(nodes), points: Uint32Array.from(points), rank };
}

/** Edges by the less important of their ends, the important ones first: those of the first k nodes are a beginning. */
export function edgeOrder(scene: Scene): Uint32Array {
  const { head, tail } = scene.edges;
  const m = head.length;
  const start = new Uint32Array(scene.n + 2);
  for (let e = 0; e < m; e++) start[Math.max(head[e]!, tail[e]!) + 1]!++;
  for (let i = 1; i < start.length; i++) start[i] = start[i]! + start[i - 1]!;
  const order = new Uint32Array(m);
  for (let e = 0; e < m; e++) {
    const last = Math.max(head[e]!, tail[e]!);
    order[start[last]!] = e;
    start[last]!++;
  }
  return order;
}

/** Whether an edge is drawn on top, with the nodes, and not beneath them. */
export function onTop(looks: Looks, e: number): boolean {
  return looks.edge[e] === BRIGHT || e === looks.selectedEdge;
}

export interface EdgeChoice {
  /** In the order of painting: the most important last. */
  readonly edges: Uint32Array;
  /** Whether there were more in the view. */
  readonly cut: boolean;
}

/**
 * The edges beneath the nodes of a view. Where a scene has more edges than are drawn at most, those that merely cross the view, with
 * both ends outside, are left out first: nobody can follow them.
 */
export function chooseEdges(scene: Scene, looks: Looks, order: Uint32Array, v: View, rank: number, budget: Budget = BUDGET): EdgeChoice {
  const { head, tail } = scene.edges;
  const { x, y } = scene;
  const box = shown(v, 0);
  const many = order.length > budget.edges;
  const found: number[] = [];
  let cut = false;
  for (let k = 0; k < order.length; k++) {
    const e = order[k]!;
    const a = head[e]!, b = tail[e]!;
    if (looks.edge[e] === HIDDEN || looks.node[a] === HIDDEN || looks.node[b] === HIDDEN || a === b || onTop(looks, e)) continue;
    if (!(many ? inside(box, x[a]!, y[a]!) || inside(box, x[b]!, y[b]!) : mayMeet(box, scene, e))) continue;
    if (a >= rank || b >= rank || found.length >= budget.edges) {
      cut = true;
      break;
    }
    found.push(e);
  }
  return { edges: Uint32Array.from(found.reverse()), cut };
}

function inside(b: Box, x: number, y: number): boolean {
  return x >= b.left && x <= b.right && y >= b.top && y <= b.bottom;
}

/** Whether the box of an edge, with room for its bend, meets a box. */
export function mayMeet(b: Box, scene: Scene, e: number): boolean {
  const a = scene.edges.head[e]!, z = scene.edges.tail[e]!;
  const x0 = scene.x[a]!, y0 = scene.y[a]!, x1 = scene.x[z]!, y1 = scene.y[z]!;
  const bend = 0.1 * (Math.abs(x1 - x0) + Math.abs(y1 - y0));
  return Math.max(x0, x1) + bend >= b.left && Math.min(x0, x1) - bend <= b.right && Math.max(y0, y1) + bend >= b.top && Math.min(y0, y1) - bend <= b.bottom;
}

/** The edges of a node as far as they are shown, at most `EDGES_AT`, those to the most important neighbours. */
export function edgesAt(scene: Scene, looks: Looks, node: number): number[] {
  const { head, tail } = scene.edges;
  const found: [edge: number, other: number][] = [];
  for (let e = 0; e < head.length; e++) {
    const other = head[e] === node ? tail[e]! : tail[e] === node ? head[e]! : -1;
    if (other < 0 || other === node || looks.edge[e]! <= DIMMED || looks.node[other]! <= DIMMED) continue;
    found.push([e, other]);
  }
  return found.sort((a, b) => a[1] - b[1]).slice(0, EDGES_AT).map(([e]) => e);
}

/** What is not hidden of a scene. */
export interface Tally {
  readonly nodes: number;
  readonly edges: number;
  /** The edges that are drawn with the nodes. */
  readonly top: readonly number[];
}

export function tally(scene: Scene, looks: Looks): Tally {
  const { head, tail } = scene.edges;
  const top: number[] = [];
  let edges = 0;
  for (let e = 0; e < head.length; e++) {
    if (looks.edge[e] === HIDDEN || looks.node[head[e]!] === HIDDEN || looks.node[tail[e]!] === HIDDEN || head[e] === tail[e]) continue;
    edges++;
    if (onTop(looks, e)) top.push(e);
  }
  return { nodes: notHidden(looks).length, edges, top };
}

export function notHidden(looks: Looks): number[] {
  const found: number[] = [];
  looks.node.forEach((look, n) => {
    if (look !== HIDDEN) found.push(n);
  });
  return found;
}

/** How many of some nodes have their centre in a view. */
export function countIn(scene: Scene, v: View, nodes: Iterable<number>): number {
  const box = shown(v, 0);
  let count = 0;
  for (const n of nodes) count += Number(inside(box, scene.x[n]!, scene.y[n]!));
  return count;
}
