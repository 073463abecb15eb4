import type { App } from "../app.ts";
import { paperNode } from "../core/model.ts";
import { facts } from "../core/properties.ts";
import { type Child, el } from "../dom.ts";
import { resolve, safe } from "../export/addresses.ts";
import { badge, heading, linkItem, list, marked, nodeTools, outLink } from "./parts.ts";

/** Authors named in full; the rest is counted. */
const AUTHORS = 8;

export function paperPanel(app: App, paper: number): Child[] {
  const { model } = app;
  const p = model.papers;
  const authors = p.authors[paper] ?? [];
  const named = authors.slice(0, AUTHORS).join(", ") + (authors.length > AUTHORS ? ` and ${authors.length - AUTHORS} more` : "");
  const links = model.byPaper[paper]!;
  const { concept } = model.data.links;
  const doi = p.doi[paper] ? resolve(`doi:${p.doi[paper]}`) : null;
  const found = facts(model, "papers", paper);
  const url = safe(p.url[paper]);
  return [
    el("h2", { tabindex: -1 }, p.title[paper]!),
    el("p", { class: "kind" }, badge(app, paperNode(paper)), el("span", { class: "soft" }, [p.venue[paper], p.year[paper]].filter(Boolean).join(" · "))),
    named ? el("p", { class: "soft" }, named) : null,
    url ? el("p", null, outLink(url, url)) : null,
    doi && doi !== url ? el("p", null, outLink(doi, `doi:${p.doi[paper]}`)) : null,
    found.length ? el("dl", { class: "facts" }, found.flatMap(([label, value]) => [el("dt", null, label), el("dd", null, value)])) : null,
    p.node[paper] ? nodeTools(app, paperNode(paper)) : null,
    heading("Concepts", links.length),
    list(links, (link) => linkItem(app, link, el("div", { class: "row" }, marked(app, concept[link]!))), "Concepts"),
  ];
}
