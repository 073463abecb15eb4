/** What of the page is shown under the filters, and how many of each there would be. */
import { type Model, type Node, isPaper, paperNode, paperOf } from "./model.ts";
import { nodeKey, type Show } from "./state.ts";

export interface Shown {
  /** 1 for what is shown: concepts, papers (as records, in table and panel), papers as nodes, links, edges. */
  concepts: Uint8Array;
  papers: Uint8Array;
  paperNodes: Uint8Array;
  links: Uint8Array;
  edges: Uint8Array;
  /** How many there are of a type, kind or relation under all other filters. */
  types: Map<string, number>;
  kinds: Map<string, number>;
  relations: Map<string, number>;
  counts: { concepts: number; papers: number; paperNodes: number; edges: number };
}

export function isShown(shown: Shown, node: Node): boolean {
  return (isPaper(node) ? shown.paperNodes[paperOf(node)] : shown.concepts[node]) === 1;
}

export function filter(model: Model, show: Show): Shown {
  const { concepts, papers, links, edges, types, kinds, relations, conceptRelations } = model.data;
  const n = concepts.id.length;
  const shown: Shown = {
    concepts: new Uint8Array(n),
    papers: new Uint8Array(papers.id.length),
    paperNodes: new Uint8Array(papers.id.length),
    links: new Uint8Array(links.concept.length),
    edges: new Uint8Array(edges.kind.length),
    types: new Map(),
    kinds: new Map(),
    relations: new Map(),
    counts: { concepts: 0, papers: 0, paperNodes: 0, edges: 0 },
  };
  const [from, to] = show.years ?? [0, 0];
  const inYears = (year: number | null | undefined): boolean => show.years === null || (typeof year === "number" && year >= from && year <= to);
  const typeOn = types.map((t) => !show.types.has(t.name));
  const kindOn = kinds.map((k) => !show.kinds.has(k.name));
  const linkOn = relations.map((r) => !show.relations.has(r.name));
  const edgeOn = conceptRelations.map((r) => !show.relations.has(r.name));
  const chosen = (id: string, paper: boolean): boolean => {
    const key = nodeKey(id, paper);
    return (show.only === null || show.only.has(key)) && !show.hidden.has(key);
  };
  const add = (map: Map<string, number>, name: string | undefined): void => {
    if (name !== undefined) map.set(name, (map.get(name) ?? 0) + 1);
  };

  const paperInYears = papers.year.map(inYears);
  const picked = concepts.id.map((id) => chosen(id, false));
  // links by relation are counted under all filters but those of relations
  const linked = new Uint8Array(n);
  for (let i = 0; i < links.concept.length; i++) {
    const concept = links.concept[i]!;
    if (!paperInYears[links.paper[i]!] || !picked[concept] || !typeOn[concepts.type[concept]!]) continue;
    add(shown.relations, relations[links.relation[i]!]?.name);
    if (!linkOn[links.relation[i]!]) continue;
    shown.links[i] = 1;
  }
  // whether any paper of a concept passes, over all types, since types have counts of their own
  for (let i = 0; i < links.concept.length; i++) if (linkOn[links.relation[i]!] && paperInYears[links.paper[i]!]) linked[links.concept[i]!] = 1;
  const allLinks = linkOn.every(Boolean);
  for (let c = 0; c < n; c++) {
    if (!picked[c]) continue;
    const bare = model.byConcept[c]!.length === 0;
    let passes = linked[c] === 1 || (bare && show.years === null);
    // the page may hold only some of its papers, but knows all their years
    if (!passes && show.years && allLinks) passes = usedIn(model, c, from, to);
    if (!passes) continue;
    add(shown.types, types[concepts.type[c]!]?.name);
    if (!typeOn[concepts.type[c]!]) continue;
    shown.concepts[c] = 1;
    shown.counts.concepts++;
  }
  const paperType = types.findIndex((t) => t.name === "Paper");
  for (let i = 0; i < links.concept.length; i++) if (shown.links[i] && shown.concepts[links.concept[i]!]) shown.papers[links.paper[i]!] = 1;
  for (let p = 0; p < papers.id.length; p++) {
    if (model.byPaper[p]!.length === 0 && paperInYears[p]) shown.papers[p] = 1;
    if (!chosen(papers.id[p]!, true)) {
      if (show.hidden.has(nodeKey(papers.id[p]!, true))) shown.papers[p] = 0;
    } else if (papers.node[p] && paperInYears[p]) {
      add(shown.types, "Paper");
      if (paperType < 0 || typeOn[paperType]) {
        shown.paperNodes[p] = 1;
        shown.counts.paperNodes++;
      }
    }
    shown.counts.papers += shown.papers[p]!;
  }

  for (let e = 0; e < edges.kind.length; e++) {
    if (!isShown(shown, model.head[e]!) || !isShown(shown, model.tail[e]!)) continue;
    const kind = edges.kind[e]!;
    const name = kinds[kind]?.name;
    const bundle = edges.relations[e] ?? [];
    const on = name === "link" ? linkOn : edgeOn;
    const of = name === "link" ? null : conceptRelations;
    if (show.years && !edgeIn(model, e, from, to)) continue;
    const related = bundle.length === 0 || bundle.some((r) => on[r[0]]);
    if (related) add(shown.kinds, name);
    if (!kindOn[kind]) continue;
    if (of) for (const r of bundle) add(shown.relations, of[r[0]]?.name);
    if (!related) continue;
    shown.edges[e] = 1;
    shown.counts.edges++;
  }
  return shown;
}

function usedIn(model: Model, concept: number, from: number, to: number): boolean {
  const years = model.data.years;
  const used = years?.concepts[concept];
  if (years && used?.length) return years.of.some((year, i) => year >= from && year <= to && (used[i] ?? 0) > 0);
  const first = model.concepts.first[concept];
  return typeof first === "number" && first >= from && first <= to;
}

/** Whether any paper behind an edge is of these years. What papers share has no evidence of its own: it counts from its first paper on. */
function edgeIn(model: Model, edge: number, from: number, to: number): boolean {
  const kind = model.kind(edge);
  if (kind === "catalog") return true; // holds in any year; its ends have papers in these
  if (kind === "link") {
    const paper = [model.head[edge]!, model.tail[edge]!].find(isPaper);
    const year = paper === undefined ? null : model.year(paperOf(paper));
    return year !== null && year >= from && year <= to;
  }
  const first = model.data.edges.first[edge];
  if (typeof first === "number" && first >= from && first <= to) return true;
  let cut = kind === "together";
  for (const [, , places, evidence] of model.data.edges.relations[edge] ?? []) {
    cut ||= evidence.length < places;
    for (const [paper] of evidence) {
      const year = model.year(paper!);
      if (year !== null && year >= from && year <= to) return true;
    }
  }
  return cut && typeof first === "number" && first < from;
}

/** All neighbours of a node over edges that are shown, or over all. */
export function neighbours(model: Model, node: Node, shown: Shown | null = null): Node[] {
  const found = new Set<Node>();
  for (const edge of model.edgesOf.get(node) ?? []) if (!shown || shown.edges[edge]) found.add(model.other(edge, node));
  found.delete(node);
  return [...found];
}

export function keysOf(model: Model, nodes: Iterable<Node>): string[] {
  return [...nodes].map((node) => nodeKey(model.id(node), isPaper(node)));
}

/** The nodes that are shown, in the order of the drawing: concepts, then papers. */
export function shownNodes(model: Model, shown: Shown): Node[] {
  const found: Node[] = [];
  for (let c = 0; c < model.size; c++) if (shown.concepts[c]) found.push(c);
  for (let p = 0; p < model.papers.id.length; p++) if (shown.paperNodes[p]) found.push(paperNode(p));
  return found;
}
