/** The model as the drawing wants it: nodes and edges by number. */
import { BRIGHT, DIMMED, HIDDEN, NORMAL, type Looks, type Scene } from "../draw/index.ts";
import type { App } from "../app.ts";
import { type Model, type Node, isPaper, paperNode, paperOf } from "../core/model.ts";
import { COLOR, REST, SIZE, colorsBy, radii } from "../core/properties.ts";
import type { Path } from "../core/paths.ts";
import { SHAPES } from "../draw/index.ts";

const PAPER = SHAPES.indexOf("page");
const PAPER_RADIUS = 5;

export class Stage {
  readonly nodes: Node[];
  readonly scene: Scene;
  readonly #at = new Map<Node, number>();

  /** `size` and `color` name what nodes are sized and coloured by. */
  constructor(model: Model, size: string = SIZE, color: string = COLOR) {
    const { concepts, papers, edges, communities } = model.data;
    this.nodes = [...concepts.id.keys()];
    const r = radii(model, size);
    // the drawing takes what comes first as the most important
    if (r) this.nodes.sort((a, b) => r[b]! - r[a]! || a - b);
    const fill = colorsBy(model, color);
    papers.node.forEach((is, p) => {
      if (is && papers.x[p] !== null && papers.y[p] !== null) this.nodes.push(paperNode(p));
    });
    this.nodes.forEach((node, i) => this.#at.set(node, i));
    const n = this.nodes.length;
    const column = (concept: number[], paper: (p: number) => number): Float32Array => Float32Array.from(this.nodes, (node) => (isPaper(node) ? paper(paperOf(node)) : concept[node]!));
    const count = edges.kind.length;
    this.scene = {
      n,
      x: column(concepts.x, (p) => papers.x[p]!),
      y: column(concepts.y, (p) => papers.y[p]!),
      r: column(r ?? concepts.r, () => PAPER_RADIUS),
      type: Uint8Array.from(this.nodes, (node) => (isPaper(node) ? PAPER : concepts.type[node]!)),
      ...(fill ? { fill: { list: fill.list, at: Uint8Array.from(this.nodes, (node) => (isPaper(node) ? REST : fill.at[node]!)) } } : {}),
      label: this.nodes.map((node) => model.label(node)),
      // papers take no ground
      community: Uint16Array.from(this.nodes, (node) => (isPaper(node) ? communities.length : concepts.community[node]!)),
      // what is in small groups has no ground: it is no community
      regions: communities.length > 1 ? communities.filter((c) => !c.rest).length : 0,
      edges: {
        head: Uint32Array.from(model.head, (node) => this.#at.get(node) ?? 0),
        tail: Uint32Array.from(model.tail, (node) => this.#at.get(node) ?? 0),
        kind: Uint8Array.from(edges.kind),
        width: Float32Array.from({ length: count }, (_, e) => width(model.kind(e), edges.papers[e]!)),
        directed: Uint8Array.from({ length: count }, (_, e) => Number(model.kind(e) === "text" || model.kind(e) === "catalog")),
        text: (edge) => model.words(edge),
      },
    };
  }

  at(node: Node): number | null {
    return this.#at.get(node) ?? null;
  }

  /** How everything looks under the filters and the selection. */
  looks(app: App, path: Path | null): Looks {
    const { model, shown } = app;
    const { selection } = app.state;
    const selected = app.nodes().flatMap((node) => this.#place(node));
    const around = (path ? path.nodes : app.nodes()).flatMap((node) => this.#place(node));
    const edgeSelected = selection && "edge" in selection ? (model.edgeAt.get(selection.edge) ?? null) : null;
    const single = app.node !== null && selected.length === 1 ? selected[0]! : null;
    const focus = single !== null || edgeSelected !== null || path !== null;
    const node = Uint8Array.from(this.nodes, (n) => {
      const visible = isPaper(n) ? shown.paperNodes[paperOf(n)] : shown.concepts[n];
      return visible ? (focus ? DIMMED : NORMAL) : HIDDEN;
    });
    const { head, tail } = this.scene.edges;
    const edge = new Uint8Array(head.length);
    const near = single !== null ? new Set(model.edgesOf.get(this.nodes[single]!) ?? []) : new Set<number>();
    for (let e = 0; e < edge.length; e++) {
      if (!shown.edges[e] || (head[e] === tail[e])) continue;
      edge[e] = focus ? DIMMED : NORMAL;
      if (near.has(e)) {
        edge[e] = BRIGHT;
        if (node[head[e]!]) node[head[e]!] = BRIGHT;
        if (node[tail[e]!]) node[tail[e]!] = BRIGHT;
      }
    }
    for (const n of [...around, ...selected]) node[n] = BRIGHT; // ends of a path may lie outside of the filters
    if (edgeSelected !== null) edge[edgeSelected] = BRIGHT;
    for (const e of path?.edges ?? []) edge[e] = BRIGHT;
    return { node, edge, selectedNode: single, selectedEdge: edgeSelected, path: path?.edges ?? [] };
  }

  #place(node: Node): number[] {
    const at = this.at(node);
    return at === null ? [] : [at];
  }
}

function width(kind: string, papers: number): number {
  if (kind === "text") return Math.min(1.4 + 0.7 * Math.sqrt(Math.max(0, papers - 1)), 5);
  if (kind === "together") return Math.min(0.5 + 0.15 * papers, 2);
  return kind === "catalog" ? 1.4 : 0.7;
}
