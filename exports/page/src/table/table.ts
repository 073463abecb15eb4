import type { App } from "../app.ts";
import { type Node, isPaper, paperOf } from "../core/model.ts";
import { TABS, type Tab } from "../core/state.ts";
import { count, el } from "../dom.ts";
import { icon, typeIcon } from "../icons.ts";
import { type Column, type Row, cellText, columns, narrow, rows, scopeOf, sort } from "./rows.ts";

const PAGE = 100;

/** The table beside the drawing: the same concepts, papers and relations, sortable; the way for screen readers. */
export function table(app: App): { box: HTMLElement; toggle: () => void } {
  const sorted: Record<Tab, { column: number; down: boolean }> = { concepts: { column: 2, down: true }, papers: { column: 1, down: true }, relations: { column: 3, down: true } };
  let page = 0;
  let found: Row[] = [];
  let near = false;
  const tabs = TABS.map((tab) =>
    el("button", { type: "button", role: "tab", id: `tab-${tab}`, "aria-controls": "rows", "data-tab": tab, onclick: () => open(tab) }, tab[0]!.toUpperCase() + tab.slice(1)),
  );
  const query = el("input", { type: "search", id: "narrow", placeholder: "Narrow the table", "aria-label": "Narrow the table", maxlength: 200, autocomplete: "off", spellcheck: "false" });
  const scope = el("input", { type: "checkbox", id: "scope" });
  const scopeLabel = el("label", { class: "check", for: "scope" }, scope, "Selection and neighbours only");
  const keep = el("button", { type: "button", class: "small", onclick: () => app.keep([...new Set(found.flatMap((row) => row.nodes))].filter(drawn)) }, "Show only these");
  const close = el("button", { type: "button", class: "icon-button", title: "Close the table (T)", "aria-label": "Close the table", onclick: () => toggle() }, icon("close"));
  const list = el("div", { class: "tabs", role: "tablist", "aria-label": "Tables" }, tabs);
  const grid = el("div", { id: "rows", class: "scroll", role: "tabpanel", tabindex: 0 });
  const foot = el("div", { class: "pager" });
  const box = el("section", { id: "table", "aria-label": "Table", hidden: true }, el("div", { class: "head" }, list, query, scopeLabel, keep, close), grid, foot);

  const drawn = (node: Node): boolean => !isPaper(node) || app.model.papers.node[paperOf(node)] === 1;

  function open(tab: Tab): void {
    page = 0;
    app.store.set({ table: tab });
    box.querySelector<HTMLElement>(`#tab-${tab}`)?.focus();
  }

  function toggle(): void {
    const on = app.state.table === null;
    app.store.set({ table: on ? "concepts" : null });
    if (on) box.querySelector<HTMLElement>("[aria-selected=true]")?.focus();
    else document.getElementById("drawing")?.focus({ preventScroll: true });
  }

  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined || !app.state.table) return;
    event.preventDefault();
    open(TABS[(TABS.indexOf(app.state.table) + step + TABS.length) % TABS.length]!);
  });
  query.addEventListener("input", () => {
    page = 0;
    app.store.set({ query: query.value });
  });
  query.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !query.value) return;
    event.stopPropagation();
    query.value = "";
    app.store.set({ query: "" });
  });
  scope.addEventListener("change", () => {
    near = scope.checked;
    page = 0;
    render();
  });

  function render(): void {
    const tab = app.state.table;
    box.hidden = tab === null;
    document.body.classList.toggle("with-table", tab !== null);
    if (!tab) return;
    for (const button of tabs) {
      const on = button.dataset["tab"] === tab;
      button.setAttribute("aria-selected", String(on));
      button.tabIndex = on ? 0 : -1;
    }
    grid.setAttribute("aria-labelledby", `tab-${tab}`);
    if (query.value !== app.state.query) query.value = app.state.query;
    scopeLabel.classList.toggle("off", app.nodes().length === 0);
    scope.disabled = app.nodes().length === 0;
    const { column, down } = sorted[tab];
    found = sort(narrow(rows(app, tab, near ? scopeOf(app, true) : null), app.state.query), column, down);
    const heads = columns(app, tab);
    const pages = Math.max(1, Math.ceil(found.length / PAGE));
    page = Math.min(page, pages - 1);
    const current = selectedKey(app);
    const focus = grid.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset["at"] : undefined;
    grid.replaceChildren(
      el("table", null,
        el("caption", { class: "hidden-text" }, `${count(found.length, "row")} of ${tab}`),
        el("thead", null, el("tr", null, heads.map((c, i) => head(tab, i, c.name, c.number)))),
        el("tbody", null, found.slice(page * PAGE, (page + 1) * PAGE).map((row) => line(heads, row, current))),
      ),
    );
    if (focus) grid.querySelector<HTMLElement>(`[data-at="${CSS.escape(focus)}"]`)?.focus();
    keep.disabled = found.length === 0 || (tab === "papers" && !found.some((row) => row.nodes.some(drawn)));
    turn(pages);
  }

  function head(tab: Tab, i: number, name: string, number: boolean): HTMLElement {
    const { column, down } = sorted[tab];
    const on = column === i;
    const press = (): void => {
      sorted[tab] = { column: i, down: on ? !down : columns(app, tab)[i]!.down };
      page = 0;
      render();
      app.say(`Sorted by ${name}, ${sorted[tab].down ? "downwards" : "upwards"}.`);
    };
    return el("th", { scope: "col", class: number ? "number" : null, "aria-sort": on ? (down ? "descending" : "ascending") : "none" }, el("button", { type: "button", "data-at": `head ${i}`, onclick: press }, name, el("span", { class: "arrow", "aria-hidden": "true" }, on ? (down ? "↓" : "↑") : "")));
  }

  function line(heads: Column[], row: Row, current: string): HTMLElement {
    const key = JSON.stringify(row.selection);
    const on = key === current;
    const pick = (): void => void app.select(row.selection);
    const cells = row.cells.map((cell, i) => {
      if (i === 0) return el("th", { scope: "row" }, el("span", { class: "row" }, typeIcon(app.model.data.types, row.type), el("button", { type: "button", class: "link", "data-at": key, onclick: pick }, String(cell))));
      const column = heads[i]!;
      const value = cellText(column, cell);
      return column.number ? el("td", { class: "number" }, value) : el("td", null, el("span", { class: "clamp", title: value.length > 60 ? value : null }, value));
    });
    const line_ = el("tr", { "aria-current": on ? "true" : null }, cells);
    line_.addEventListener("click", (event) => {
      if (!(event.target as Element).closest("button") && !getSelection()?.toString()) pick();
    });
    return line_;
  }

  function turn(pages: number): void {
    const button = (label: string, by: number, off: boolean): HTMLElement =>
      el("button", { type: "button", class: "small", disabled: off, onclick: () => {
        page += by;
        render();
        grid.scrollTop = 0;
      } }, label);
    foot.replaceChildren(
      el("span", { class: "soft" }, found.length ? `${(page * PAGE + 1).toLocaleString("en")}–${Math.min(found.length, (page + 1) * PAGE).toLocaleString("en")} of ${count(found.length, "row")}` : "No rows under these filters."),
      ...(pages > 1 ? [button("Previous", -1, page === 0), button("Next", 1, page === pages - 1)] : []),
    );
  }

  app.onChange((change) => {
    if (change.selection && app.state.table) turnTo();
    if (change.table || change.shown || change.selection || change.data) render();
    if (change.selection && app.state.table) grid.querySelector('tr[aria-current="true"]')?.scrollIntoView({ block: "nearest" });
  });

  /** To the page of the table on which what was selected stands. */
  function turnTo(): void {
    const at = found.findIndex((row) => JSON.stringify(row.selection) === selectedKey(app));
    if (at >= 0) page = Math.floor(at / PAGE);
  }
  render();
  return { box, toggle };
}

function selectedKey(app: App): string {
  return JSON.stringify(app.state.selection);
}
