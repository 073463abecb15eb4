/**
 * Paths between two nodes: Dijkstra's algorithm once from the end, Yen's (1971) for the next paths. Each of Yen's searches is A* with
 * the distances to the end, which closed edges can only lengthen: it goes nearly straight.
 *
 * An edge costs less the surer it is and the more it says: a relation read in a text 1 + (1 - confidence), one of the catalog or a link
 * of a paper 1.25, papers that both ends share 2.5, since that states no relation. So a path of two stated relations goes before one
 * shared paper.
 */
import type { Model, Node } from "./model.ts";

export interface Path {
  nodes: Node[];
  edges: number[];
  cost: number;
}

export function cost(model: Model, edge: number): number {
  const kind = model.kind(edge);
  if (kind === "catalog" || kind === "link") return 1.25;
  if (kind === "together") return 2.5;
  let best = 0;
  for (const relation of model.data.edges.relations[edge] ?? []) for (const evidence of relation[3]) best = Math.max(best, evidence[1] ?? 0);
  return 2 - best;
}

/** Up to `k` paths without loops, the cheapest first; only over edges for which `open` holds. */
export function paths(model: Model, from: Node, to: Node, k: number, open: (edge: number) => boolean): Path[] {
  const weight = new Map<number, number>();
  const costOf = (edge: number): number => {
    let known = weight.get(edge);
    if (known === undefined) weight.set(edge, (known = cost(model, edge)));
    return known;
  };
  if (from === to) return [];
  const rest = distances(model, to, open, costOf);
  const search = (start: Node, without: Set<Node>, closed: Set<string>): Path | null => shortest(model, start, to, open, costOf, rest, without, closed);
  const first = search(from, new Set(), new Set());
  if (!first) return [];
  const found = [first];
  const waiting: Path[] = [];
  const seen = new Set([first.nodes.join()]);
  while (found.length < k) {
    const last = found[found.length - 1]!;
    for (let i = 0; i < last.nodes.length - 1; i++) {
      const root = last.nodes.slice(0, i + 1);
      // a path is told from another by its nodes: of edges between the same two, the cheapest is taken
      const closed = new Set(found.filter((p) => root.every((node, n) => p.nodes[n] === node)).map((p) => `${p.nodes[i]} ${p.nodes[i + 1]}`));
      const end = search(root[i]!, new Set(root.slice(0, -1)), closed);
      if (!end) continue;
      const edges = [...last.edges.slice(0, i), ...end.edges];
      const path = { nodes: [...root.slice(0, -1), ...end.nodes], edges, cost: edges.reduce((sum, edge) => sum + costOf(edge), 0) };
      if (!seen.has(path.nodes.join())) {
        seen.add(path.nodes.join());
        waiting.push(path);
      }
    }
    waiting.sort((a, b) => a.cost - b.cost || a.nodes.length - b.nodes.length || (a.nodes.join() < b.nodes.join() ? -1 : 1));
    const next = waiting.shift();
    if (!next) break;
    found.push(next);
  }
  return found;
}

/** How far each node is from one; nodes that cannot be reached are not in it. */
function distances(model: Model, from: Node, open: (edge: number) => boolean, costOf: (edge: number) => number): Map<Node, number> {
  const far = new Map<Node, number>([[from, 0]]);
  const done = new Set<Node>();
  const heap = new Heap();
  heap.push(0, from);
  for (let node = heap.pop(); node !== undefined; node = heap.pop()) {
    if (done.has(node)) continue;
    done.add(node);
    for (const edge of model.edgesOf.get(node) ?? []) {
      const next = model.other(edge, node);
      if (done.has(next) || !open(edge)) continue;
      const way = far.get(node)! + costOf(edge);
      if (way < (far.get(next) ?? Infinity)) {
        far.set(next, way);
        heap.push(way, next);
      }
    }
  }
  return far;
}

function shortest(
  model: Model,
  from: Node,
  to: Node,
  open: (edge: number) => boolean,
  costOf: (edge: number) => number,
  rest: Map<Node, number>,
  without: Set<Node>,
  closed: Set<string>,
): Path | null {
  const far = new Map<Node, number>([[from, 0]]);
  const back = new Map<Node, number>();
  const done = new Set<Node>();
  const heap = new Heap();
  heap.push(0, from);
  for (let node = heap.pop(); node !== undefined; node = heap.pop()) {
    if (node === to) break;
    if (done.has(node)) continue;
    done.add(node);
    for (const edge of model.edgesOf.get(node) ?? []) {
      const next = model.other(edge, node);
      const ahead = rest.get(next);
      if (ahead === undefined || done.has(next) || without.has(next) || closed.has(`${node} ${next}`) || !open(edge)) continue;
      const way = far.get(node)! + costOf(edge);
      if (way < (far.get(next) ?? Infinity)) {
        far.set(next, way);
        back.set(next, edge);
        heap.push(way + ahead, next);
      }
    }
  }
  if (from === to || !back.has(to)) return null;
  const nodes = [to];
  const edges: number[] = [];
  for (let node = to; node !== from; ) {
    const edge = back.get(node)!;
    node = model.other(edge, node);
    nodes.unshift(node);
    edges.unshift(edge);
  }
  return { nodes, edges, cost: far.get(to)! };
}

/** A binary heap of nodes by cost; of equal costs the one that came first, so that answers are always the same. */
class Heap {
  #items: [number, number, Node][] = [];
  #number = 0;

  push(way: number, node: Node): void {
    const items = this.#items;
    items.push([way, this.#number++, node]);
    for (let i = items.length - 1; i > 0; ) {
      const up = (i - 1) >> 1;
      if (!this.#less(i, up)) break;
      [items[i], items[up]] = [items[up]!, items[i]!];
      i = up;
    }
  }

  pop(): Node | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (!top || !last) return undefined;
    if (items.length) {
      items[0] = last;
      for (let i = 0; ; ) {
        let least = i;
        for (const child of [2 * i + 1, 2 * i + 2]) if (child < items.length && this.#less(child, least)) least = child;
        if (least === i) break;
        [items[i], items[least]] = [items[least]!, items[i]!];
        i = least;
      }
    }
    return top[2];
  }

  #less(a: number, b: number): boolean {
    const [x, y] = [this.#items[a]!, this.#items[b]!];
    return x[0] < y[0] || (x[0] === y[0] && x[1] < y[1]);
  }
}
