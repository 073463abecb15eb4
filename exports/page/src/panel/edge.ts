import type { App } from "../app.ts";
import { isPaper, paperOf } from "../core/model.ts";
import { type Child, count, el } from "../dom.ts";
import { reportButton } from "../ui/report.ts";
import { heading, linkItem, list, meta, nodeLink, paperLink, quote, sure } from "./parts.ts";

/** An edge with all its sentences. */
export function edgePanel(app: App, edge: number): Child[] {
  const { model } = app;
  const [head, tail] = [model.head[edge]!, model.tail[edge]!];
  const title = (words: string): HTMLElement => el("h2", { tabindex: -1 }, nodeLink(app, head), el("span", { class: "verb" }, ` ${words} `), nodeLink(app, tail));
  const kind = model.kind(edge);
  if (kind === "catalog") return [title(model.words(edge)), el("p", { class: "soft" }, "From the catalog's hierarchy; no paper of this graph has to say so.")];
  return [title(kind === "together" ? "and" : model.words(edge)), ...edgeEvidence(app, edge)];
}

/** The evidence alone: for the panel of an edge, and for each hop of a path. */
export function edgeEvidence(app: App, edge: number): Child[] {
  const { model } = app;
  const { edges, links, conceptRelations } = model.data;
  const [head, tail] = [model.head[edge]!, model.tail[edge]!];
  const kind = model.kind(edge);
  if (kind === "catalog") return [el("p", { class: "soft" }, "From the catalog's hierarchy.")];
  if (kind === "link") {
    const [paper, concept] = isPaper(head) ? [paperOf(head), tail] : [paperOf(tail), head];
    return [list(model.byConcept[concept]!.filter((link) => links.paper[link] === paper), (link) => linkItem(app, link, null), "Sentences")];
  }
  if (kind === "together") return shared(app, edge);
  const relations = edges.relations[edge] ?? [];
  return relations.flatMap(([relation, papers, places, evidence]) => {
    const words = conceptRelations[relation];
    return [
      relations.length > 1 ? heading(`${words?.forward ?? ""}, ${count(papers, "paper")}`) : heading("Papers", papers),
      evidence.length < places ? el("p", { class: "soft" }, `The ${count(evidence.length, "surest place", "surest places")} of ${places.toLocaleString("en")} in this page.`) : null,
      list(
        evidence,
        ([paper, confidence, sentence, ...marks]) =>
          el(
            "li",
            { class: "item" },
            paperLink(app, paper!),
            meta(app, paper!, sure(confidence!)),
            quote(app, sentence!, marks),
            el("div", { class: "below" }, reportButton(app, { paper: model.papers.id[paper!] ?? "", title: model.papers.title[paper!] ?? "", concept: model.id(head), label: `${model.label(head)} ${words?.forward ?? ""} ${model.label(tail)}`, tail: model.id(tail), relation: words?.name ?? "", quote: "", sentence: model.data.sentences[sentence!] ?? "" })),
          ),
        "Sentences",
      ),
    ];
  });
}

function shared(app: App, edge: number): Child[] {
  const { model } = app;
  const { links } = model.data;
  const [head, tail] = [model.head[edge]!, model.tail[edge]!];
  const there = new Map((model.byConcept[tail] ?? []).map((link) => [links.paper[link], link]));
  const both = (model.byConcept[head] ?? []).filter((link) => there.has(links.paper[link]));
  const all = model.data.edges.papers[edge] ?? 0;
  return [
    el("p", { class: "soft" }, `${count(all, "paper names", "papers name")} both. Not a relation that a text states.`),
    both.length < all ? el("p", { class: "soft" }, `${both.length.toLocaleString("en")} of these are in this page.`) : null,
    heading("Papers", both.length),
    list(
      both,
      (link) => {
        const paper = links.paper[link]!;
        const item = el("li", { class: "item" }, paperLink(app, paper));
        for (const one of [link, there.get(paper)!]) {
          const relation = model.data.relations[links.relation[one]!]?.forward ?? "";
          item.append(meta(app, paper, el("span", { class: "relation" }, `${relation} ${model.label(links.concept[one]!)}`), sure(links.confidence[one] ?? 0)));
          const first = links.quotes[one]?.[0];
          if (first) item.append(quote(app, first[0]!, first.slice(1)));
        }
        return item;
      },
      "Papers that name both",
    ),
  ];
}
