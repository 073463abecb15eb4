import type { App } from "../app.ts";
import { paperNode } from "../core/model.ts";
import { count, el, type Child } from "../dom.ts";
import { icon } from "../icons.ts";
import { columns, edgesOf, papersOf, rows, rowsOf, scopeOf } from "../table/rows.ts";
import { lookWords } from "../ui/look.ts";
import { saveReports } from "../ui/report.ts";
import type { Picture } from "../ui/picture.ts";
import type { Tab } from "../core/state.ts";
import { type Entry, bibtex } from "./bibtex.ts";
import { csv } from "./csv.ts";
import { save } from "./save.ts";

/** What can be taken away: pictures of the view, tables and papers of the selection or of all that is shown. */
export function exportMenu(app: App, picture: Picture): Child[] {
  const some = app.nodes().length > 0;
  let ofSelection = some;
  const choice = (value: boolean, label: string): HTMLElement => {
    const input = el("input", { type: "radio", name: "scope-of-export", checked: value === ofSelection, disabled: value && !some });
    input.addEventListener("change", () => (ofSelection = value));
    return el("label", { class: "check" }, input, label);
  };
  const item = (label: string, about: string, act: () => void | Promise<void>): HTMLElement =>
    el("button", { type: "button", class: "item", "data-close": true, onclick: () => void guarded(app, act) }, el("span", null, label), el("span", { class: "soft" }, about));
  const tab = (name: Tab, about: string): HTMLElement => item(`${name[0]!.toUpperCase()}${name.slice(1)} as CSV`, about, () => tableFile(app, name, ofSelection));
  return [
    el("h2", null, icon("download"), "Export"),
    el("fieldset", null, el("legend", { class: "hidden-text" }, "Of what"), choice(true, some ? "What is selected" : "What is selected (nothing)"), choice(false, "All that is shown")),
    el("div", { class: "items" },
      tab("concepts", "names, types, counts"),
      tab("papers", "titles, years, authors"),
      tab("relations", "between concepts"),
      item("Evidence as CSV", "each link with its sentence", () => evidenceFile(app, ofSelection)),
      item("Papers as BibTeX", "for LaTeX and Zotero", () => bibFile(app, ofSelection)),
    ),
    app.reports.lines.length === 0 ? null : el("div", { class: "items" }, item("Reports", `${count(app.reports.lines.length, "line")} for a corrections file`, () => saveReports(app))),
    el("h3", null, "The picture as you see it"),
    el("div", { class: "items" },
      item("PNG", "twice the pixels of the screen", async () => save("graph.png", await picture.drawing!.png(2))),
      item("SVG", "for print and editing", () => save("graph.svg", new Blob([picture.drawing!.svg(document.title, lookWords(app))], { type: "image/svg+xml" }))),
    ),
  ];
}

async function guarded(app: App, act: () => void | Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    app.toast(`That could not be exported: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function tableFile(app: App, tab: Tab, ofSelection: boolean): void {
  const found = ofSelection ? rowsOf(app, tab) : rows(app, tab, null);
  const ids = (cells: typeof found[number]): string[] => cells.nodes.map((node) => app.model.id(node));
  const header = [...columns(app, tab).map((c) => c.name), ...(tab === "relations" ? ["From id", "To id"] : ["Id"])];
  save(`${tab}.csv`, new Blob(["\ufeff", csv(header, found.map((row) => [...row.cells, ...ids(row)]))], { type: "text/csv" }));
  app.toast(`${count(found.length, "row")} exported.`);
}

/** Papers behind the selection, or all that are shown. */
function papers(app: App, ofSelection: boolean): number[] {
  const chosen = ofSelection ? papersOf(app) : null;
  if (chosen) return [...new Set(chosen)].sort((a, b) => a - b);
  return [...app.shown.papers.keys()].filter((p) => app.shown.papers[p]);
}

function bibFile(app: App, ofSelection: boolean): void {
  const p = app.model.papers;
  const entries = papers(app, ofSelection).map((i): Entry => ({ id: p.id[i]!, title: p.title[i]!, authors: p.authors[i] ?? [], year: p.year[i] ?? null, venue: p.venue[i] ?? null, url: p.url[i] ?? null, doi: p.doi[i] ?? null }));
  save("papers.bib", new Blob([bibtex(entries)], { type: "application/x-bibtex" }));
  app.toast(`${count(entries.length, "paper")} exported.`);
}

function evidenceFile(app: App, ofSelection: boolean): void {
  const { model } = app;
  const { links, sentences, relations } = model.data;
  const scope = ofSelection ? scopeOf(app, false) : null;
  // behind an edge or a path are the papers that state it, not all of its ends
  const behind = ofSelection && edgesOf(app) ? new Set(papersOf(app)) : null;
  const some = [...links.concept.keys()].filter((link) => (behind === null || behind.has(links.paper[link]!)) && (scope ? scope.has(links.concept[link]!) || scope.has(paperNode(links.paper[link]!)) : app.shown.links[link] && app.shown.concepts[links.concept[link]!]));
  const lines = some.map((link) => {
    const paper = links.paper[link]!;
    const concept = links.concept[link]!;
    const quotes = (links.quotes[link] ?? []).map(([s]) => sentences[s!] ?? "").join(" … ");
    return [model.papers.id[paper], model.papers.title[paper], model.year(paper), relations[links.relation[link]!]?.name, model.id(concept), model.label(concept), model.type(concept), links.confidence[link], quotes];
  });
  save("evidence.csv", new Blob(["\ufeff", csv(["Paper id", "Paper", "Year", "Relation", "Concept id", "Concept", "Type", "Confidence", "Sentences"], lines)], { type: "text/csv" }));
  app.toast(`${count(lines.length, "link")} exported.`);
}

