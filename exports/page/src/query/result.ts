/** An answer on the page: as a table, drawn, and to take away. */
import { type Child, count, el } from "../dom.ts";
import { Drawing, everything, type Looks } from "../draw/index.ts";
import type { Theme } from "../theme.ts";
import type { Answer, Value } from "./answer.ts";
import { places } from "./place.ts";
import { type Graph, TYPES, type Thing, thing } from "./things.ts";

/** Kinds of edges as the palette has them: a stated relation is a whole line. */
const STATED = 0;

/** The table of an answer, with links into the explorer. */
export function table(answer: Answer, base: string): HTMLElement {
  const numbers = answer.columns.map((_, i) => answer.rows.some((row) => row[i] !== null) && answer.rows.every((row) => row[i] === null || typeof row[i] === "number"));
  const head = el("tr", null, answer.columns.map((name, i) => el("th", { scope: "col", class: numbers[i] ? "number" : null }, name)));
  const body = answer.rows.map((row) => el("tr", null, row.map((value, i) => el("td", { class: numbers[i] ? "number" : null }, cell(value, thing(answer, row, i, base), base)))));
  return el("div", { class: "rows", role: "region", "aria-label": "Rows of the answer", tabindex: 0 }, el("table", null, el("thead", null, head), el("tbody", null, body)));
}

function cell(value: Value, found: Thing | null, base: string): Child {
  if (found?.id) return el("a", { href: address(found) }, typeof value === "string" && !value.startsWith(base) ? value : found.label);
  return text(value);
}

/** Where the explorer shows a thing. */
export function address(found: Thing): string {
  return `/#${found.kind}=${encodeURIComponent(found.id ?? "")}`;
}

function text(value: Value): string {
  if (value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** The picture of an answer; whoever shows it calls `destroy` when it goes. */
export function picture(graph: Graph, theme: Theme, opened: (found: Thing) => void): { element: HTMLElement; begin: () => void; destroy: () => void } {
  const host = el("div", { class: "picture", role: "img", "aria-label": `${count(graph.nodes.length, "node")} and ${count(graph.edges.length, "line")}; the table has the same in words` });
  const note = graph.left ? el("p", { class: "soft" }, `${graph.nodes.length.toLocaleString("en")} things are drawn, ${graph.left.toLocaleString("en")} are left out; the table has all rows.`) : null;
  let drawing: Drawing | null = null;
  const begin = (): void => {
    if (drawing) return;
    const { x, y } = places(graph.nodes.length, graph.edges);
    const degree = graph.nodes.map(() => 0);
    for (const { head, tail } of graph.edges) {
      degree[head]!++;
      degree[tail]!++;
    }
    // what has most lines is named first
    const order = graph.nodes.map((_, i) => i).sort((a, b) => degree[b]! - degree[a]! || a - b);
    const at = new Map(order.map((node, place) => [node, place]));
    const pick = (values: Float32Array): Float32Array => Float32Array.from(order, (node) => values[node]!);
    const nodes = order.map((node) => graph.nodes[node]!);
    const scene = {
      n: nodes.length,
      x: pick(x),
      y: pick(y),
      r: Float32Array.from(order, (node) => 5 + 1.5 * Math.sqrt(degree[node]!)),
      // a concept whose type is not told is drawn as a method: a dot
      type: Uint8Array.from(nodes, (one) => Math.max(0, TYPES.indexOf(one.type || "Method"))),
      label: nodes.map((one) => one.label),
      community: new Uint16Array(nodes.length),
      edges: {
        head: Uint32Array.from(graph.edges, (one) => at.get(one.head)!),
        tail: Uint32Array.from(graph.edges, (one) => at.get(one.tail)!),
        kind: new Uint8Array(graph.edges.length).fill(STATED),
        width: new Float32Array(graph.edges.length).fill(1.4),
        directed: new Uint8Array(graph.edges.length).fill(1),
        text: (edge: number) => graph.edges[edge]?.words ?? "",
      },
    };
    drawing = new Drawing(host, scene, theme.palette, { obstacles: () => [], motion: !matchMedia("(prefers-reduced-motion: reduce)").matches });
    const looks: Looks = everything(scene);
    drawing.set(looks);
    drawing.fit();
    drawing.on("hover", (hit) => drawing?.set({ ...looks, selectedNode: hit.node, selectedEdge: hit.edge }));
    drawing.on("click", (hit) => {
      const one = hit.node === null ? undefined : nodes[hit.node];
      if (one?.id) opened(one);
    });
    theme.onChange((palette) => drawing?.palette(palette));
  };
  return {
    element: el("div", { class: "drawn" }, note, host, el("p", { class: "soft" }, "A click on a thing shows it in the explorer.")),
    begin,
    destroy: () => {
      theme.onChange(() => undefined);
      drawing?.destroy();
      drawing = null;
    },
  };
}

/** Rows as JSON records, one a line; columns of one name are told apart by the server. */
export function records(answer: Answer): string {
  const lines = answer.rows.map((row) => JSON.stringify(Object.fromEntries(answer.columns.map((name, i) => [name, row[i] ?? null]))));
  return lines.length ? `[\n${lines.join(",\n")}\n]\n` : "[]\n";
}
