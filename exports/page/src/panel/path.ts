import type { App } from "../app.ts";
import type { Path } from "../core/paths.ts";
import { type Child, count, el } from "../dom.ts";
import { icon } from "../icons.ts";
import { pathsBetween, selectedPath } from "../ways.ts";
import { searchField } from "../ui/search.ts";
import { edgeEvidence } from "./edge.ts";
import { heading, marked, nodeLink } from "./parts.ts";

/** The two ends being chosen. */
export function draftPanel(app: App): Child[] {
  const draft = app.draft!;
  const end = (label: string, id: string | null, take: (id: string) => void): HTMLElement => {
    const node = id === null ? undefined : app.model.conceptAt.get(id);
    const chosen = node === undefined ? null : el("p", { class: "row" }, marked(app, node));
    return el("div", { class: "end" }, el("h3", null, label), chosen, node === undefined ? searchField(app, { label: `${label} of the path`, papers: false, take: (found) => take(found.concept!) }).box : null);
  };
  return [
    el("h2", { tabindex: -1 }, "Path between two concepts"),
    el("p", { class: "soft" }, "Type two names, or click concepts in the drawing."),
    end("Start", draft.from, (id) => void app.path(id, draft.to)),
    end("End", draft.to, (id) => void app.path(draft.from, id)),
  ];
}

export function pathPanel(app: App, from: string, to: string): Child[] {
  const { model } = app;
  const [a, b] = [model.conceptAt.get(from), model.conceptAt.get(to)];
  if (a === undefined || b === undefined) return [el("h2", { tabindex: -1 }, "Path"), el("p", { class: "soft" }, "One of its ends is not on this page.")];
  const { found, beyond } = pathsBetween(app, from, to);
  const head = el("h2", { tabindex: -1 }, nodeLink(app, a), el("span", { class: "verb" }, " to "), nodeLink(app, b));
  const again = el(
    "div",
    { class: "tools" },
    el("button", { type: "button", class: "tool", onclick: () => void app.select({ path: { from: to, to: from, nth: 0 } }) }, icon("swap"), "Turn round"),
    el("button", { type: "button", class: "tool", onclick: () => void app.path(from, null) }, icon("path"), "Another end"),
  );
  const path = selectedPath(app);
  if (!path) return [head, el("p", null, "No path leads from one to the other on this page."), again];
  return [
    head,
    again,
    beyond ? el("p", { class: "note" }, "The filters leave no path between them; these lead over what is filtered out.") : null,
    heading("Paths", found.length),
    el(
      "ol",
      { class: "ways" },
      found.map((way, i) =>
        el(
          "li",
          null,
          el(
            "button",
            { type: "button", class: "way", "aria-pressed": way === path ? "true" : "false", onclick: () => void app.select({ path: { from, to, nth: i } }) },
            count(way.edges.length, "step"),
            el("span", { class: "soft" }, way.nodes.length > 2 ? ` over ${way.nodes.slice(1, -1).map((node) => model.label(node)).join(", ")}` : " directly"),
          ),
        ),
      ),
    ),
    heading("Step by step"),
    el("ol", { class: "hops" }, path.edges.map((edge, i) => hop(app, path, edge, i))),
  ];
}

function hop(app: App, path: Path, edge: number, i: number): HTMLElement {
  const { model } = app;
  const [from, to] = [path.nodes[i]!, path.nodes[i + 1]!];
  const out = model.head[edge] === from;
  const words = model.kind(edge) === "together" ? `shares ${model.words(edge)} with` : direction(app, edge, out);
  return el(
    "li",
    null,
    el("div", { class: "row wrap" }, marked(app, from), el("span", { class: "verb" }, words), marked(app, to)),
    el("details", { open: i < 4 }, el("summary", null, "Evidence"), edgeEvidence(app, edge)),
  );
}

function direction(app: App, edge: number, out: boolean): string {
  const names = app.model.kind(edge) === "link" ? app.model.data.relations : app.model.data.conceptRelations;
  return (app.model.data.edges.relations[edge] ?? []).map((r) => names[r[0]]?.[out ? "forward" : "backward"] ?? "").join(", ");
}
