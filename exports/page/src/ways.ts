import type { App } from "./app.ts";
import { type Path, paths } from "./core/paths.ts";

/** Paths offered between two concepts. */
const MOST = 5;

export interface Ways {
  found: Path[];
  /** The filters leave no path: these lead over what they hide. */
  beyond: boolean;
}

/** Paths between two concepts over what the filters show; over everything if the filters leave none. */
export function pathsBetween(app: App, from: string, to: string): Ways {
  // panel, drawing, table and exports ask for the same
  if (last && last.shown === app.shown && last.from === from && last.to === to) return last.ways;
  const ways = search(app, from, to);
  last = { shown: app.shown, from, to, ways };
  return ways;
}
let last: { shown: App["shown"]; from: string; to: string; ways: Ways } | null = null;

function search(app: App, from: string, to: string): Ways {
  const a = app.model.conceptAt.get(from);
  const b = app.model.conceptAt.get(to);
  if (a === undefined || b === undefined || a === b) return { found: [], beyond: false };
  const found = paths(app.model, a, b, MOST, (edge) => app.shown.edges[edge] === 1);
  if (found.length) return { found, beyond: false };
  return { found: paths(app.model, a, b, MOST, () => true), beyond: true };
}

/** The path that is selected; the last one where an address asks for one further. */
export function selectedPath(app: App): Path | null {
  const { selection } = app.state;
  if (!selection || !("path" in selection)) return null;
  const { found } = pathsBetween(app, selection.path.from, selection.path.to);
  return found[Math.min(selection.path.nth, found.length - 1)] ?? null;
}
