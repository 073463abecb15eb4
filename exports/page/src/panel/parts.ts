import type { App } from "../app.ts";
import { parts } from "../core/marks.ts";
import { type Node, isPaper, paperNode } from "../core/model.ts";
import { type Child, count, el } from "../dom.ts";
import { safe } from "../export/addresses.ts";
import { icon, typeIcon } from "../icons.ts";
import { reportButton } from "../ui/report.ts";

/** Entries of a list shown at once, so that the panel of a concept in hundreds of papers opens at once. */
const PAGE = 20;

/** A button that leads to a concept or a paper. */
export function nodeLink(app: App, node: Node, title = false): HTMLElement {
  return el("button", { type: "button", class: title ? "link title" : "link", onclick: () => void app.select(app.selectionOf(node)) }, app.model.label(node) || app.model.id(node));
}

/** The mark of its type and the name, which stay on one line together. */
export function marked(app: App, node: Node): HTMLElement {
  return el("span", { class: "node" }, typeIcon(app.model.data.types, app.model.type(node)), nodeLink(app, node));
}

export const paperLink = (app: App, paper: number): HTMLElement => nodeLink(app, paperNode(paper), true);

export function edgeLink(app: App, edge: number, ...words: Child[]): HTMLElement {
  return el("button", { type: "button", class: "link n", title: "Show the sentences", onclick: () => void app.select({ edge: app.model.edgeKey(edge) }) }, ...words);
}

export function badge(app: App, node: Node): HTMLElement {
  const type = app.model.type(node);
  return el("span", { class: "badge" }, typeIcon(app.model.data.types, type), type);
}

/** A link out of the page; the text alone where the address is not one to open. */
export function outLink(url: string | null, text: string, what = ""): HTMLElement {
  const href = safe(url);
  if (!href) return el("span", null, text);
  return el("a", { class: "link out", href, target: "_blank", rel: "noopener noreferrer" }, text, icon("out", 12), el("span", { class: "hidden-text" }, `${what ? ` ${what}` : ""} (opens in a new tab)`));
}

export function sure(value: number): HTMLElement {
  const fill = el("i");
  fill.style.width = `${Math.round(100 * Math.min(1, Math.max(0, value)))}%`;
  return el("span", { class: "sure", title: "How sure the reader is, calibrated: of links with 0.80, about 80 in 100 hold" }, `confidence ${value.toFixed(2)}`, el("span", { class: "bar", "aria-hidden": "true" }, fill));
}

/** A sentence with its mentions marked. */
export function quote(app: App, sentence: number, marks: readonly number[]): HTMLElement {
  const text = app.model.data.sentences[sentence] ?? "";
  return el("blockquote", null, parts(text, marks).map((part) => (part.marked ? el("mark", null, part.text) : part.text)));
}

export function meta(app: App, paper: number, ...more: Child[]): HTMLElement {
  const { year, venue, url, title } = app.model.papers;
  const out = safe(url[paper]);
  return el("div", { class: "meta" }, ...more, year[paper] ? el("span", null, String(year[paper])) : null, out ? outLink(out, "open", title[paper]) : null, venue[paper] ? el("span", null, venue[paper]) : null);
}

/** A list that comes in pages. */
export function list<T>(items: readonly T[], make: (item: T) => HTMLElement, label: string): HTMLElement {
  const rows = el("ul", { class: "rows", "aria-label": label });
  const box = el("div", { class: "list" }, rows);
  let shown = 0;
  const button = el("button", { type: "button", class: "more", onclick: () => more(true) });
  function more(focus: boolean): void {
    const fresh = items.slice(shown, shown + PAGE).map(make);
    rows.append(...fresh);
    shown += fresh.length;
    button.textContent = `Show ${Math.min(PAGE, items.length - shown)} more of ${(items.length - shown).toLocaleString("en")}`;
    if (shown < items.length) box.append(button);
    else button.remove();
    if (focus) fresh[0]?.querySelector<HTMLElement>("button, a")?.focus();
  }
  more(false);
  return box;
}

export function heading(text: string, n: number | null = null): HTMLElement {
  return el("h3", null, text, n === null ? null : el("span", { class: "count" }, n.toLocaleString("en")));
}

/** Other concepts that a mention might have meant. */
function runnersUp(others: [string, number][]): HTMLElement | null {
  if (others.length === 0) return null;
  const all = others.map(([label, score]) => el("li", null, label, " ", el("span", { class: "soft" }, score.toFixed(2))));
  return el("details", { class: "others" }, el("summary", null, `Not chosen: ${count(others.length, "other concept")}`), el("ul", null, all));
}

/** One link of a paper to a concept, with its sentences. */
export function linkItem(app: App, link: number, head: Child): HTMLElement {
  const { model } = app;
  const { links } = model.data;
  const [paper, concept] = [links.paper[link]!, links.concept[link]!];
  const relation = model.data.relations[links.relation[link]!];
  const quotes = links.quotes[link] ?? [];
  const rest = (links.total[link] ?? 0) - quotes.length;
  const variant = links.variant[link];
  const first = quotes[0];
  const sentence = first ? (model.data.sentences[first[0]!] ?? "") : "";
  const corrected = links.correction[link];
  return el(
    "li",
    { class: "item" },
    head,
    meta(app, paper, el("span", { class: "relation" }, relation?.forward ?? ""), sure(links.confidence[link] ?? 0), variant ? el("span", null, `as ${variant}`) : null, corrected ? el("span", { class: "tag", title: `Decided by people, in a file of corrections: ${corrected}` }, "corrected") : null),
    quotes.map(([sentence, ...marks]) => quote(app, sentence!, marks)),
    rest > 0 ? el("p", { class: "soft" }, `and ${count(rest, "more sentence")} that ${rest === 1 ? "is" : "are"} not in this page`) : null,
    el(
      "div",
      { class: "below" },
      runnersUp(links.others[link] ?? []),
      reportButton(app, { paper: model.papers.id[paper]!, title: model.papers.title[paper] ?? "", concept: model.concepts.id[concept]!, label: model.label(concept), relation: relation?.name ?? "", sentence, quote: sentence.slice(first?.[1] ?? 0, first?.[2] ?? 0) }),
    ),
  );
}

/** Buttons to do something with a node. */
export function nodeTools(app: App, node: Node): HTMLElement {
  const tool = (name: Parameters<typeof icon>[0], label: string, key: string, action: () => void): HTMLElement =>
    el("button", { type: "button", class: "tool", title: `${label} (${key})`, "aria-keyshortcuts": key, onclick: action }, icon(name), label);
  return el(
    "div",
    { class: "tools", role: "group", "aria-label": "What to do with it" },
    tool("expand", "Expand", "E", () => void app.expand(node)),
    tool("only", "Only this", "O", () => app.isolate(node)),
    tool("hide", "Hide", "H", () => app.hide([node])),
    isPaper(node) ? null : tool("path", "Path …", "P", () => void app.path(app.model.id(node), null)),
  );
}
