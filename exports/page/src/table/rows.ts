/** The rows of the tables, for the page and for CSV: what the filters show, in step with the selection. */
import type { App } from "../app.ts";
import type { PropertyOf } from "../data.ts";
import { fold } from "../core/fold.ts";
import { type Node, paperNode, paperOf, isPaper } from "../core/model.ts";
import { valueText } from "../core/properties.ts";
import type { Selection, Tab } from "../core/state.ts";
import { selectedPath } from "../ways.ts";

export type Cell = string | number | null;

export interface Column {
  name: string;
  number: boolean;
  /** Sorts downwards first: most papers, newest. */
  down: boolean;
  /** The property of an analysis that it holds. */
  about?: PropertyOf;
}

export interface Row {
  cells: Cell[];
  /** Name of the type that the first cell has, for its mark. */
  type: string;
  selection: Selection;
  nodes: Node[];
}

const text = (name: string): Column => ({ name, number: false, down: false });
const number = (name: string): Column => ({ name, number: true, down: true });

const OWN: Record<Tab, Column[]> = {
  concepts: [text("Concept"), text("Type"), number("Papers"), number("Relations"), { ...number("First seen"), down: false }, text("Also called")],
  papers: [text("Paper"), number("Year"), text("Venue"), number("Concepts"), text("Authors")],
  relations: [text("From"), text("Relation"), text("To"), number("Papers"), number("Confidence"), { ...number("First seen"), down: false }],
};

/** The columns of a table; what analyses found stands before the last one, which is long. */
export function columns(app: App, tab: Tab): Column[] {
  const found = tab === "relations" ? [] : (app.model.data.properties?.[tab] ?? []);
  const more = found.map((about) => ({ name: about.label, number: about.kind === "number", down: about.kind === "number", about }));
  return [...OWN[tab].slice(0, -1), ...more, ...OWN[tab].slice(-1)];
}

/** The cells of what analyses found: numbers as they are, classes by name. */
function properties(app: App, of: "concepts" | "papers", i: number): Cell[] {
  const { model } = app;
  return (model.data.properties?.[of] ?? []).map((about, at) => {
    const value = model.data[of].values?.[i]?.[at] ?? null;
    return value !== null && about.kind === "class" ? (about.classes[value] ?? null) : value;
  });
}

/** How a cell is written for eyes. */
export function cellText(column: Column, cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "string") return cell;
  if (column.name === "Confidence") return cell.toFixed(2);
  if (column.about) return valueText(column.about, cell);
  return /First|Year/.test(column.name) ? String(cell) : cell.toLocaleString("en");
}

/** Rows of a table under the filters. `scope`: only of these nodes. */
export function rows(app: App, tab: Tab, scope: ReadonlySet<Node> | null): Row[] {
  if (tab === "concepts") return concepts(app, scope);
  return tab === "papers" ? papers(app, scope) : relations(app, scope);
}

/** Rows in which all words that were typed stand somewhere. */
export function narrow(all: Row[], query: string): Row[] {
  const words = fold(query).split(" ").filter(Boolean);
  if (words.length === 0) return all;
  return all.filter((row) => {
    const line = fold(row.cells.filter((cell) => cell !== null).join(" "));
    return words.every((word) => line.includes(word));
  });
}

export function sort(all: Row[], column: number, down: boolean): Row[] {
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const sign = down ? -1 : 1;
  return column < (all[0]?.cells.length ?? 0)
    ? all
        .map((row, i) => ({ row, i }))
        .sort((a, b) => {
          const [x, y] = [a.row.cells[column] ?? null, b.row.cells[column] ?? null];
          // what is not known comes last, whichever way
          if (x === null || y === null) return Number(x === null) - Number(y === null) || a.i - b.i;
          const order = typeof x === "number" && typeof y === "number" ? x - y : collator.compare(String(x), String(y));
          return sign * order || a.i - b.i;
        })
        .map(({ row }) => row)
    : all;
}

function concepts(app: App, scope: ReadonlySet<Node> | null): Row[] {
  const { model, shown } = app;
  const c = model.concepts;
  const found: Row[] = [];
  for (let i = 0; i < c.id.length; i++) {
    if (!shown.concepts[i] || (scope && !scope.has(i))) continue;
    const stated = (model.edgesOf.get(i) ?? []).filter((edge) => shown.edges[edge] && model.kind(edge) !== "together").length;
    const type = model.type(i);
    found.push({ cells: [c.label[i]!, type, c.papers[i]!, stated, c.first[i] ?? null, ...properties(app, "concepts", i), (c.names[i] ?? []).join("; ")], type, selection: { concept: c.id[i]! }, nodes: [i] });
  }
  return found;
}

function papers(app: App, scope: ReadonlySet<Node> | null): Row[] {
  const { model, shown } = app;
  const p = model.papers;
  const found: Row[] = [];
  for (let i = 0; i < p.id.length; i++) {
    if (!shown.papers[i]) continue;
    const links = model.byPaper[i]!.filter((link) => shown.links[link]);
    if (scope && !scope.has(paperNode(i)) && !links.some((link) => scope.has(model.data.links.concept[link]!))) continue;
    found.push({
      cells: [p.title[i]!, p.year[i] ?? null, p.venue[i] ?? null, links.length, ...properties(app, "papers", i), (p.authors[i] ?? []).join("; ")],
      type: "Paper", selection: { paper: p.id[i]! }, nodes: [paperNode(i)],
    });
  }
  return found;
}

function relations(app: App, scope: ReadonlySet<Node> | null): Row[] {
  const { model, shown } = app;
  const { edges } = model.data;
  const found: Row[] = [];
  for (let e = 0; e < edges.kind.length; e++) {
    const [head, tail] = [model.head[e]!, model.tail[e]!];
    if (shown.edges[e] && (!scope || scope.has(head) || scope.has(tail))) found.push(relation(app, e));
  }
  return found;
}

function relation(app: App, e: number): Row {
  const { model } = app;
  const { edges } = model.data;
  const [head, tail] = [model.head[e]!, model.tail[e]!];
  const sure = Math.max(0, ...(edges.relations[e] ?? []).flatMap((r) => r[3].map((evidence) => evidence[1]!)));
  return {
    cells: [model.label(head), model.kind(e) === "together" ? "in the same papers" : model.words(e), model.label(tail), edges.papers[e]! || null, sure || null, edges.first[e] ?? null],
    type: model.type(head), selection: { edge: model.edgeKey(e) }, nodes: [head, tail],
  };
}

/** The selection as nodes, those of a path all along it; with the neighbours of a single one over lines that are shown. Null: nothing is selected. */
export function scopeOf(app: App, near: boolean): Set<Node> | null {
  const nodes = selectedPath(app)?.nodes ?? app.nodes();
  if (nodes.length === 0) return null;
  const scope = new Set(nodes);
  if (near && app.node !== null) for (const edge of app.model.edgesOf.get(app.node) ?? []) if (app.shown.edges[edge]) scope.add(app.model.other(edge, app.node));
  return scope;
}

/** The rows of the selection for a file: of an edge or a path its own relations and papers alone, whatever else joins their ends. */
export function rowsOf(app: App, tab: Tab): Row[] {
  const own = tab === "relations" ? edgesOf(app) : null;
  if (own) return own.map((edge) => relation(app, edge));
  const all = rows(app, tab, scopeOf(app, false));
  if (tab !== "papers" || !edgesOf(app)) return all;
  const behind = new Set(papersOf(app));
  return all.filter((row) => behind.has(paperOf(row.nodes[0]!)));
}

/** The edge that is selected, or those of the path; null: something else is selected. */
export function edgesOf(app: App): number[] | null {
  const { selection } = app.state;
  if (!selection || !("edge" in selection || "path" in selection)) return null;
  if ("path" in selection) return selectedPath(app)?.edges ?? [];
  const edge = app.model.edgeAt.get(selection.edge);
  return edge === undefined ? [] : [edge];
}

/** Papers behind the selection, for BibTeX; null: nothing is selected. */
export function papersOf(app: App): number[] | null {
  const { model } = app;
  const { selection } = app.state;
  if (!selection) return null;
  const nodes = app.nodes();
  if (nodes.length === 0) return null;
  if ("concept" in selection) return model.byConcept[nodes[0]!]!.map((link) => model.data.links.paper[link]!);
  if ("paper" in selection) return [paperOf(nodes[0]!)];
  return (edgesOf(app) ?? []).flatMap((edge) => edgePapers(app, edge));
}

function edgePapers(app: App, edge: number): number[] {
  const { model } = app;
  const found = new Set<number>();
  for (const relation of model.data.edges.relations[edge] ?? []) for (const evidence of relation[3]) found.add(evidence[0]!);
  for (const end of [model.head[edge]!, model.tail[edge]!]) if (isPaper(end)) found.add(paperOf(end));
  if (model.kind(edge) === "together") {
    const there = new Set((model.byConcept[model.tail[edge]!] ?? []).map((link) => model.data.links.paper[link]!));
    for (const link of model.byConcept[model.head[edge]!] ?? []) if (there.has(model.data.links.paper[link]!)) found.add(model.data.links.paper[link]!);
  }
  return [...found];
}
