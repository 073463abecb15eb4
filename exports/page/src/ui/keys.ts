import type { App } from "../app.ts";
import { type Node, isPaper } from "../core/model.ts";
import { neighbours } from "../core/filter.ts";
import type { Picture } from "./picture.ts";

export interface Doors {
  search: () => void;
  help: () => void;
  table: () => void;
  filters: () => void;
  link: () => void;
  theme: () => void;
}

/** By how much a key or button zooms. */
export const STEP = 1.4;
const DIRECTIONS: Record<string, [number, number]> = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

/** Keys for everything; `ui/help.ts` lists them. Not while something is typed, and not with Alt or Meta, which belong to the browser. */
export function keys(app: App, picture: Picture, doors: Doors): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const target = event.target as Element;
    const typing = target.matches("input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select");
    if (event.key === "Escape") return escape();
    if (typing) return;
    if ((event.ctrlKey || event.metaKey) && !event.altKey) {
      const key = event.key.toLowerCase();
      if (key === "z" || key === "y") {
        event.preventDefault();
        if (key === "y" || event.shiftKey) app.redo();
        else app.undo();
      }
      return;
    }
    if (event.altKey) return;
    const direction = DIRECTIONS[event.key];
    const onDrawing = target === document.body || target === picture.host;
    if (direction && onDrawing) {
      event.preventDefault();
      return walk(app, picture, direction);
    }
    if (event.key === "Enter") {
      if (!onDrawing || !app.state.selection) return;
      event.preventDefault();
      document.querySelector<HTMLElement>("#panel h2")?.focus();
      return;
    }
    const action = actions()[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action) return;
    event.preventDefault();
    action(event);
  });

  function escape(): void {
    if (app.draft) app.setDraft(null);
    else if (app.state.selection) void app.select(null);
    picture.host.focus({ preventScroll: true });
  }

  function actions(): Record<string, (event: KeyboardEvent) => void> {
    const node = app.node;
    const selected = (act: (node: Node) => void) => (): void => {
      if (node === null) app.toast("Select a concept first: click it, search it with /, or walk to it with the arrow keys.");
      else act(node);
    };
    return {
      "/": doors.search,
      "?": doors.help,
      t: doors.table,
      l: doors.filters,
      c: doors.link,
      d: doors.theme,
      a: () => app.showAll(),
      f: () => picture.fit(),
      p: () => void app.path(node !== null && !isPaper(node) ? app.model.id(node) : null, null),
      e: selected((n) => void app.expand(n)),
      o: selected((n) => app.isolate(n)),
      h: (event) => selected((n) => (event.shiftKey ? app.hideNeighbours(n) : app.hide([n])))(),
      "+": () => picture.zoom(STEP),
      "=": () => picture.zoom(STEP),
      "-": () => picture.zoom(1 / STEP),
    };
  }
}

/** Selects the neighbour that lies best in a direction; with nothing selected, the most important concept. */
export function walk(app: App, picture: Picture, [dx, dy]: [number, number]): void {
  const from = app.node;
  const here = from === null ? null : picture.stage.at(from);
  if (from === null || here === null) {
    const first = picture.stage.nodes.find((node) => !isPaper(node) && app.shown.concepts[node]);
    if (first !== undefined) void app.select(app.selectionOf(first));
    return;
  }
  const { x, y } = picture.stage.scene;
  let best: { node: Node; cost: number } | null = null;
  for (const node of neighbours(app.model, from, app.shown)) {
    const at = picture.stage.at(node);
    if (at === null) continue;
    const [vx, vy] = [x[at]! - x[here]!, y[at]! - y[here]!];
    const far = Math.hypot(vx, vy);
    const along = (vx * dx + vy * dy) / (far || 1);
    if (along < 0.5) continue; // more than 60 degrees off
    const cost = far / along ** 2;
    if (!best || cost < best.cost) best = { node, cost };
  }
  if (best) void app.select(app.selectionOf(best.node));
  else app.toast("No neighbour lies in that direction.");
}
