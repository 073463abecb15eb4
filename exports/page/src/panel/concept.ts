import type { App } from "../app.ts";
import type { Evidence } from "../data.ts";
import { type Node } from "../core/model.ts";
import { facts } from "../core/properties.ts";
import { type Child, count, el } from "../dom.ts";
import { resolve } from "../export/addresses.ts";
import { badge, edgeLink, heading, linkItem, list, marked, nodeLink, nodeTools, outLink, paperLink, quote } from "./parts.ts";

/** All that the page knows of a concept. */
export function conceptPanel(app: App, concept: number): Child[] {
  const { model } = app;
  const c = model.concepts;
  const links = model.byConcept[concept]!;
  const shown = links.filter((link) => app.shown.links[link] || !passesOnly(app));
  const edges = model.edgesOf.get(concept) ?? [];
  const stated = edges.filter((edge) => model.kind(edge) === "text" || model.kind(edge) === "catalog");
  const together = edges.filter((edge) => model.kind(edge) === "together").sort((a, b) => model.data.edges.papers[b]! - model.data.edges.papers[a]! || a - b);
  const rows = relations(app, concept, stated);
  const held = links.length;
  const all = Math.max(c.papers[concept] ?? 0, held);
  return [
    el("h2", { tabindex: -1 }, c.label[concept]!),
    el("p", { class: "kind" }, badge(app, concept), el("span", { class: "soft" }, about(app, concept))),
    whatItIs(app, concept),
    nodeTools(app, concept),
    namesOf(app, concept),
    rows.length ? [heading("Relations", rows.length), list(rows, (row) => row, "Relations")] : [],
    heading("Papers", all),
    sparkline(app, concept),
    held < all ? el("p", { class: "soft" }, `The ${held.toLocaleString("en")} surest of ${all.toLocaleString("en")} are in this page.`) : null,
    shown.length < held ? el("p", { class: "soft" }, `${count(held - shown.length, "paper")} hidden by filters.`) : null,
    list(shown, (link) => linkItem(app, link, paperLink(app, model.data.links.paper[link]!)), "Papers"),
    together.length ? [heading("Often in the same papers", together.length), list(together, (edge) => sharedRow(app, concept, edge), "Often in the same papers")] : [],
  ].flat();
}

/** Whether filters of years or relations are on, so that links are left out; types and hidden nodes leave the panel as it is. */
function passesOnly(app: App): boolean {
  return app.state.show.years !== null || app.state.show.relations.size > 0;
}

function about(app: App, concept: number): string {
  const { first, known, papers } = app.model.concepts;
  return [known[concept] ? "in the catalog" : "new: not in the catalog", first[concept] ? `first seen ${first[concept]}` : "", papers[concept] ? "" : "named by no paper here"].filter(Boolean).join(" · ");
}

/** Kinds, who proposed it, and a sentence that says what it is, as far as the graph knows. */
function whatItIs(app: App, concept: number): HTMLElement | null {
  const { model } = app;
  const { links } = model.data;
  const parts: Child[] = [];
  const wider = (model.edgesOf.get(concept) ?? []).filter((edge) => model.head[edge] === concept && has(app, edge, "kindOf"));
  // what the catalog says before what texts say, each once
  wider.sort((a, b) => Number(model.kind(b) === "catalog") - Number(model.kind(a) === "catalog") || model.data.edges.papers[b]! - model.data.edges.papers[a]!);
  const kinds = [...new Set(wider.map((edge) => model.tail[edge]!))].slice(0, 3);
  if (kinds.length) parts.push(el("p", null, "A kind of ", joined(kinds.map((kind) => nodeLink(app, kind)))));
  const proposed = model.byConcept[concept]!.filter((link) => model.data.relations[links.relation[link]!]?.name === "proposes").sort(
    (a, b) => (model.year(links.paper[a]!) ?? 9999) - (model.year(links.paper[b]!) ?? 9999) || links.confidence[b]! - links.confidence[a]!,
  );
  if (proposed.length) {
    const paper = links.paper[proposed[0]!]!;
    const others = proposed.length > 1 ? ` and ${count(proposed.length - 1, "other paper")}` : "";
    parts.push(el("p", null, "Proposed by ", paperLink(app, paper), model.year(paper) ? ` (${model.year(paper)})` : "", others, ", as its text says."));
  }
  const telling = tellingLink(app, concept);
  if (telling !== null) {
    const [sentence, ...marks] = links.quotes[telling]![0]!;
    parts.push(el("figure", { class: "telling" }, quote(app, sentence!, marks), el("figcaption", { class: "soft" }, paperLink(app, links.paper[telling]!))));
  }
  return parts.length ? el("div", { class: "what" }, parts) : null;
}

/** The link whose first sentence says best what the concept is: "X is a …", then of a paper that proposes it, then one that begins with it. */
function tellingLink(app: App, concept: number): number | null {
  const { links, sentences, relations } = app.model.data;
  let best: { link: number; score: number } | null = null;
  for (const link of app.model.byConcept[concept]!) {
    const quote = links.quotes[link]?.[0];
    if (!quote) continue;
    const [sentence, start, end] = quote;
    const behind = (sentences[sentence!] ?? "").slice(end);
    const defines = start! < 40 && /^s?(\s*\([^)]*\))?,?\s+((is|are|was|were) (an?|the|one)|refers? to|aims? (to|at))\s/i.test(behind);
    const score = (defines ? 3 : 0) + (relations[links.relation[link]!]?.name === "proposes" ? 2 : 0) + (start! < 20 ? 1 : 0) + links.confidence[link]!;
    if (!best || score > best.score) best = { link, score };
  }
  return best?.link ?? null;
}

function has(app: App, edge: number, relation: string): boolean {
  return app.model.kind(edge) !== "link" && (app.model.data.edges.relations[edge] ?? []).some((r) => app.model.data.conceptRelations[r[0]]?.name === relation);
}

function joined(nodes: HTMLElement[]): Child[] {
  return nodes.flatMap((node, i) => (i === 0 ? [node] : [", ", node]));
}

function namesOf(app: App, concept: number): HTMLElement | null {
  const names = app.model.concepts.names[concept] ?? [];
  const elsewhere = (app.model.concepts.identifiers[concept] ?? []).filter((id) => !id.startsWith("former:"));
  const community = communityOf(app, concept);
  const found = facts(app.model, "concepts", concept);
  if (names.length + elsewhere.length + found.length === 0 && !community) return null;
  return el(
    "dl",
    { class: "facts" },
    names.length ? [el("dt", null, "Also called"), el("dd", null, names.join(" · "))] : [],
    community ? [el("dt", null, "Community"), el("dd", null, community)] : [],
    found.map(([label, value]) => [el("dt", null, label), el("dd", null, value)]).flat(),
    elsewhere.length ? [el("dt", null, "Elsewhere"), el("dd", null, elsewhere.flatMap((id, i) => [i ? " · " : null, outLink(resolve(id), id)]))] : [],
  );
}

/** The community that the layout has it in, as a button that leaves only that. */
function communityOf(app: App, concept: number): HTMLElement | null {
  const { communities, concepts } = app.model.data;
  const at = concepts.community[concept];
  const community = at === undefined || communities.length < 2 ? undefined : communities[at];
  if (!community) return null;
  const members = (): Node[] => [...concepts.id.keys()].filter((c) => concepts.community[c] === at);
  return el("button", { type: "button", class: "link", title: "Show only these", onclick: () => app.keep(members()) }, `${community.label} (${count(community.size, "concept")})`);
}

/** Relations with others: one row for each relation and other end, with all that it rests on. */
function relations(app: App, concept: Node, edges: number[]): HTMLElement[] {
  const { model } = app;
  const rows = new Map<string, { words: string; weight: number; other: Node; sources: HTMLElement[]; best: Evidence | null }>();
  for (const edge of edges) {
    const out = model.head[edge] === concept;
    const other = model.other(edge, concept);
    for (const [relation, papers, , evidence] of model.data.edges.relations[edge] ?? []) {
      const words = model.data.conceptRelations[relation]?.[out ? "forward" : "backward"] ?? "";
      const row = rows.get(`${words} ${other}`) ?? { words, weight: 0, other, sources: [], best: null };
      row.weight = Math.max(row.weight, papers);
      for (const place of evidence) if (!row.best || place[1]! > row.best[1]!) row.best = place;
      row.sources.push(edgeLink(app, edge, model.kind(edge) === "catalog" ? "catalog" : count(papers, "paper")));
      rows.set(`${words} ${other}`, row);
    }
  }
  return [...rows.values()]
    .sort((a, b) => b.weight - a.weight || (a.words < b.words ? -1 : a.words > b.words ? 1 : 0) || a.other - b.other)
    .map(({ words, other, sources, best }) => {
      const box = best ? quote(app, best[2]!, best.slice(3)) : null;
      box?.classList.add("short");
      const sureness = best ? el("span", { class: "soft", title: "confidence of the surest sentence, which stands below" }, best[1]!.toFixed(2)) : null;
      return el("li", null, el("div", { class: "row" }, el("span", { class: "verb" }, words), marked(app, other), el("span", { class: "sources" }, sureness, sources)), box);
    });
}

function sharedRow(app: App, concept: number, edge: number): HTMLElement {
  const other = app.model.other(edge, concept);
  return el("li", null, el("div", { class: "row" }, marked(app, other), edgeLink(app, edge, count(app.model.data.edges.papers[edge]!, "paper"))));
}

/** Papers a year, as small bars with the same in words. */
function sparkline(app: App, concept: number): HTMLElement | null {
  const { years } = app.model.data;
  const counts = years?.concepts[concept];
  if (!years || !counts?.length || years.of.length < 2) return null;
  const most = Math.max(...counts, 1);
  const bars = counts.map((n, i) => {
    const bar = el("i", { title: `${years.of[i]}: ${count(n, "paper")}` });
    bar.style.height = `${n ? Math.max(8, (100 * n) / most) : 2}%`;
    return bar;
  });
  const words = counts.map((n, i) => (n ? `${years.of[i]}: ${n}` : "")).filter(Boolean).join(", ");
  return el("div", { class: "spark" }, el("div", { class: "bars", role: "img", "aria-label": `Papers a year: ${words}` }, bars), el("div", { class: "ends soft", "aria-hidden": "true" }, el("span", null, String(years.of[0])), el("span", null, String(years.of.at(-1)))));
}
