import type { App } from "../app.ts";
import { shownNodes } from "../core/filter.ts";
import { toggled } from "../core/state.ts";
import { type Child, count, el } from "../dom.ts";
import { icon, kindIcon, typeIcon } from "../icons.ts";
import { LIGHT } from "../draw/palette.ts";
import { lookControls } from "./look.ts";

type Group = "types" | "kinds" | "relations";

/** What is shown, by type, kind of line and relation; each entry is a switch with its count. */
export function legend(app: App): { box: HTMLElement; open: (on: boolean) => void } {
  const { data } = app.model;
  const rows: { group: Group; name: string; input: HTMLInputElement; count: HTMLElement; row: HTMLElement }[] = [];

  function entry(group: Group, name: string, label: string, about: string, mark: Child): HTMLElement {
    const input = el("input", { type: "checkbox", "data-name": name });
    const number = el("span", { class: "count" });
    const row = el("label", { class: "entry", title: about }, input, mark, el("span", { class: "label" }, label), number);
    input.addEventListener("change", () => app.store.show({ [group]: toggled(app.state.show[group], name, !input.checked) }));
    rows.push({ group, name, input, count: number, row });
    return row;
  }

  /** With a button to see one alone, as double clicks on an entry do. */
  function section(group: Group, title: string, entries: HTMLElement[], open: boolean): HTMLElement {
    return el("details", { class: "group", open }, el("summary", null, title, icon("chevron", 12)), el("fieldset", { "data-group": group }, el("legend", { class: "hidden-text" }, title), entries));
  }

  const used = new Set(data.edges.relations.flatMap((bundle, e) => (app.model.kind(e) === "link" ? [] : bundle.map((r) => r[0]))));
  const said = new Set(data.links.relation);
  const types = data.types.flatMap((t) => t.shown + t.total === 0 ? [] : entry("types", t.name, t.plural, `${t.shown.toLocaleString("en")} of ${t.total.toLocaleString("en")} are on this page`, typeIcon(data.types, t.name)));
  const drawn = new Set(data.edges.kind);
  const kinds = data.kinds.flatMap((k, i) => !drawn.has(i) && k.shown === 0 ? [] : entry("kinds", k.name, k.label, k.about, kindIcon(i, LIGHT.kinds[i]?.dash ?? [])));
  const between = data.conceptRelations.flatMap((r, i) => (used.has(i) ? [entry("relations", r.name, r.forward, `Relations between concepts: ${r.forward}`, null)] : []));
  const papers = data.relations.flatMap((r, i) => (said.has(i) ? [entry("relations", r.name, r.forward, `What papers do with a concept: ${r.forward}`, null)] : []));

  const look = lookControls(app);
  const left = el("p", { class: "left soft" });
  const all = el("button", { type: "button", class: "small", onclick: () => app.showAll() }, "Show all");
  const keep = el("button", { type: "button", class: "small", title: "Keep what the filters leave, and switch every line on among it", onclick: () => reveal(app) }, "Reveal relations");
  const box = el(
    "section",
    { id: "legend", "aria-label": "Filters" },
    el("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "What is shown" },
      section("types", "Concepts", types, true),
      look.box,
      section("kinds", "Lines", kinds, true),
      between.length ? section("relations", "Relations between concepts", between, false) : null,
      papers.length ? section("relations", "What papers do with them", papers, false) : null,
    ),
    el("div", { class: "foot" }, left, el("div", { class: "buttons" }, keep, all)),
  );

  function render(): void {
    const { show } = app.state;
    for (const { group, name, input, count: number, row } of rows) {
      const on = !show[group].has(name);
      input.checked = on;
      row.classList.toggle("off", !on);
      number.textContent = (app.shown[group].get(name) ?? 0).toLocaleString("en");
    }
    const { counts } = app.shown;
    const nodes = counts.concepts + counts.paperNodes;
    const whole = app.model.size + app.model.papers.node.filter(Boolean).length;
    left.textContent = `${nodes.toLocaleString("en")} of ${count(whole, "node")}, ${count(counts.edges, "line")}`;
    box.classList.toggle("plain", look.plain());
    all.disabled = show === app.initial.show;
    app.say(`${count(counts.concepts, "concept")}, ${count(counts.edges, "line")} and ${count(counts.papers, "paper")} are shown.`);
  }
  app.onChange((change) => {
    if (change.shown || change.data) render();
    else if (change.look) box.classList.toggle("plain", look.plain());
  });
  render();
  return { box, open: (on) => box.classList.toggle("open", on) };
}

/** Filter first, then reveal: what the filters leave is kept as it is, and all lines among it are switched on. */
function reveal(app: App): void {
  app.keep(shownNodes(app.model, app.shown), true);
}
