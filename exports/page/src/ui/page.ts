import type { App } from "../app.ts";
import { el } from "../dom.ts";
import { exportMenu } from "../export/menu.ts";
import { icon, type IconName } from "../icons.ts";
import { panel } from "../panel/panel.ts";
import { table } from "../table/table.ts";
import type { Found } from "../source/source.ts";
import { Theme } from "../theme.ts";
import { address } from "./address.ts";
import { help } from "./help.ts";
import { STEP, keys } from "./keys.ts";
import { legend } from "./legend.ts";
import { live } from "./live.ts";
import { menu } from "./menu.ts";
import { Picture } from "./picture.ts";
import { resizer } from "./resize.ts";
import { searchField } from "./search.ts";
import { sheet } from "./sheet.ts";
import { yearSlider } from "./years.ts";

/** Puts the page together and opens it. */
export function page(app: App, host: HTMLElement): Picture {
  const { data } = app.model;
  const small = matchMedia("(max-width: 760px)");
  const theme = new Theme();
  const notices = live(app);
  const filters = legend(app);
  const years = yearSlider(app);
  // before the drawing listens: what the sheet will cover is not where the drawing brings what is selected
  const details = sheet(app, panel(app), small);
  const rows = table(app);
  const keysDialog = help();
  const take = (found: Found): void => {
    // from here on arrows walk and Enter goes to the evidence
    picture.host.focus({ preventScroll: true });
    void app.select(found.concept !== undefined ? { concept: found.concept } : { paper: found.paper! });
  };
  const search = searchField(app, { id: "search", label: "Search concepts and papers", papers: true, take });
  search.box.append(el("kbd", { class: "hint", "aria-hidden": "true" }, "/"));

  const button = (name: IconName, label: string, key: string, act: () => void, id?: string): HTMLButtonElement =>
    el("button", { type: "button", class: "icon-button", id, title: key ? `${label} (${key})` : label, "aria-label": label, onclick: act }, icon(name));
  const undo = button("undo", "Undo", "Ctrl Z", () => app.undo(), "undo");
  const redo = button("redo", "Redo", "Ctrl Shift Z", () => app.redo(), "redo");
  const tools = el("div", { id: "tools", role: "toolbar", "aria-label": "View" }, button("plus", "Zoom in", "+", () => picture.zoom(STEP)), button("minus", "Zoom out", "−", () => picture.zoom(1 / STEP)), button("fit", "Show the whole", "F", () => picture.fit()));
  const cards = (): HTMLElement[] => [filters.box, tools, ...(years ? [years] : []), ...(small.matches ? [details] : [])];
  const picture = new Picture(app, theme, () => cards().map((card) => card.getBoundingClientRect()).filter((box) => box.width > 0));
  const link = address(app);

  const showFilters = (): void => {
    const open = !document.body.classList.toggle("no-filters");
    filterButton.setAttribute("aria-expanded", String(open));
    if (!open) return;
    if (small.matches) details.dataset["size"] = "low";
    filters.box.querySelector<HTMLElement>("summary")?.focus();
  };
  const filterButton = button("filter", "Filters", "L", showFilters, "filters");
  const narrow = small.matches;
  document.body.classList.toggle("no-filters", narrow);
  filterButton.setAttribute("aria-expanded", String(!narrow));
  const tableButton = button("table", "Table", "T", () => rows.toggle(), "show-table");
  const exporter = menu("Export", [icon("download")], () => exportMenu(app, picture), "export");

  const header = el("header", null,
    el("div", { class: "about" }, el("h1", null, data.title), el("p", { id: "about", title: data.about }, data.about)),
    el("div", { role: "search" }, search.box),
    el("div", { class: "actions", role: "toolbar", "aria-label": "Actions" },
      undo, redo, el("span", { class: "gap" }),
      filterButton, tableButton, button("path", "Path between two concepts", "P", () => void app.path(app.node !== null && app.node >= 0 ? app.model.id(app.node) : null, null), "find-path"), el("span", { class: "gap" }),
      // a server answers queries as well
      document.body.dataset["mode"] === "server" ? el("a", { class: "icon-button", href: "/query", title: "Queries", "aria-label": "Queries in SPARQL and Cypher" }, icon("query")) : null,
      exporter, button("link", "Copy a link to this view", "C", () => void link.copy(), "copy-link"), button("theme", "Dark or light", "D", () => theme.toggle(), "theme"), button("help", "Keys", "?", () => keysDialog.showModal(), "show-keys"),
    ),
  );
  const css = (name: string): number => Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue(name));
  const side = resizer({ label: "Width of the details", vertical: true, property: "--panel", low: 260, high: () => window.innerWidth - 320, value: () => details.offsetWidth || css("--panel") });
  const below = resizer({ label: "Height of the table", vertical: false, property: "--table", low: 140, high: () => window.innerHeight - 260, value: () => rows.box.offsetHeight || css("--table") });
  host.replaceChildren(
    el("button", { type: "button", class: "skip", onclick: () => rows.toggle() }, "To the table of concepts, papers and relations"),
    header,
    el("main", null,
      el("div", { class: "left" }, el("div", { id: "stage" }, picture.host, filters.box, tools, picture.detail, years), below, rows.box),
      side, details,
    ),
    ...notices, keysDialog,
  );

  const controls = (): void => {
    undo.disabled = !app.store.canUndo;
    redo.disabled = !app.store.canRedo;
    tableButton.setAttribute("aria-pressed", String(app.state.table !== null));
  };
  app.onChange(controls);
  controls();
  keys(app, picture, {
    search: () => search.input.focus(),
    help: () => keysDialog.showModal(),
    table: rows.toggle,
    filters: showFilters,
    link: () => void link.copy(),
    theme: () => theme.toggle(),
  });
  picture.open();
  link.arrive();
  return picture;
}
