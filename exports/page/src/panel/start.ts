import type { App } from "../app.ts";
import type { Evidence } from "../data.ts";
import { type Child, count, el } from "../dom.ts";
import { edgeLink, heading, marked, quote } from "./parts.ts";

/** What the page opens with: a few telling relations with their sentence, and the most important concepts by type. */
export function startPanel(app: App, missing: boolean): Child[] {
  const { model } = app;
  const { types, notes, cut, concepts } = model.data;
  const begin = stories(app);
  return [
    missing ? el("p", { class: "note", id: "missing" }, "What the address names is not on this page.") : null,
    el("h2", { tabindex: -1 }, "What the papers are about"),
    el("p", { class: "soft" }, "Click a concept or a line to see the sentences behind it, or pick one here."),
    cut ? el("div", { class: "note" }, el("strong", null, "Not everything is shown."), el("ul", null, notes.map((note) => el("li", null, note)))) : null,
    begin.length ? [heading("To begin with"), el("ul", { class: "stories" }, begin.map((edge) => story(app, edge)))] : [],
    types.flatMap((type, t) => {
      if (type.name === "Paper") return [];
      const top: number[] = [];
      for (let c = 0; c < concepts.id.length && top.length < 6; c++) if (concepts.type[c] === t && concepts.papers[c]) top.push(c);
      if (top.length === 0) return [];
      return [heading(type.plural, type.total), el("ul", { class: "rows", "aria-label": type.plural }, top.map((c) => el("li", null, el("div", { class: "row" }, marked(app, c), el("span", { class: "n" }, count(concepts.papers[c]!, "paper"))))))];
    }),
    notes.length && !cut ? [heading("About this page"), el("ul", { class: "notes" }, notes.map((note) => el("li", null, note)))] : [],
  ].flat();
}

/** Relations that most papers state, each of other concepts. */
function stories(app: App): number[] {
  const { model } = app;
  const { edges } = model.data;
  const all = edges.kind.map((_, edge) => edge).filter((edge) => model.kind(edge) === "text" && edges.relations[edge]?.length);
  all.sort((a, b) => edges.papers[b]! - edges.papers[a]! || reach(app, b) - reach(app, a) || a - b);
  const used = new Set<number>();
  const said = new Set<string>();
  const found: number[] = [];
  const take = (edge: number, other: boolean): void => {
    const ends = [model.head[edge]!, model.tail[edge]!];
    if (found.length === 3 || ends.some((end) => used.has(end)) || (other && said.has(model.words(edge)))) return;
    ends.forEach((end) => used.add(end));
    said.add(model.words(edge));
    found.push(edge);
  };
  // one of each relation, as far as more than one paper states it
  for (const edge of all) if (found.length < 3 && edges.papers[edge]! > 1 && whole(app, telling(app, edge))) take(edge, true);
  for (const edge of all) take(edge, false);
  return found;
}

/** The surest place of an edge, whole sentences before titles and headings. */
function telling(app: App, edge: number): Evidence | null {
  const all = (app.model.data.edges.relations[edge] ?? []).flatMap((r) => r[3]);
  return all.sort((a, b) => Number(whole(app, b)) - Number(whole(app, a)) || b[1]! - a[1]!)[0] ?? null;
}

function whole(app: App, place: Evidence | null): boolean {
  if (!place) return true;
  const text = app.model.data.sentences[place[2]!] ?? "";
  return /[.!?]["')\]]*$/.test(text) && text.length < 320;
}

function reach(app: App, edge: number): number {
  return Math.min(app.model.concepts.papers[app.model.head[edge]!] ?? 0, app.model.concepts.papers[app.model.tail[edge]!] ?? 0);
}

function story(app: App, edge: number): HTMLElement {
  const { model } = app;
  const [head, tail] = [model.head[edge]!, model.tail[edge]!];
  const best = telling(app, edge); // a server gives it when the edge is asked for
  return el(
    "li",
    null,
    el("div", { class: "row wrap" }, marked(app, head), el("span", { class: "verb" }, model.words(edge)), marked(app, tail)),
    best ? quote(app, best[2]!, best.slice(3)) : null,
    edgeLink(app, edge, `${count(model.data.edges.papers[edge]!, "paper")}, see the sentences`),
  );
}
