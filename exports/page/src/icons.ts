import { svg } from "./dom.ts";
import { polygon } from "./draw/shapes.ts";

/** The mark of a type as in the drawing: its shape in its colour. */
export function typeIcon(types: readonly { name: string }[], name: string): SVGElement {
  const type = name === "Paper" ? 5 : types.findIndex((t) => t.name === name);
  const points = polygon(type, 7, 7, 5.2);
  const fill = `var(--type-${type})`;
  const shape = points ? svg("polygon", { points, fill }) : svg("circle", { cx: 7, cy: 7, r: 5.6, fill });
  return svg("svg", { width: 14, height: 14, viewBox: "0 0 14 14", "aria-hidden": "true", class: "type-icon" }, shape);
}

/** The line of a kind of edge as in the drawing. */
export function kindIcon(kind: number, dash: readonly number[]): SVGElement {
  const line = svg("line", { x1: 0, x2: 20, y1: 7, y2: 7, stroke: `var(--kind-${kind})`, "stroke-width": 2, "stroke-dasharray": dash.length ? dash.join(" ") : null });
  return svg("svg", { width: 20, height: 14, viewBox: "0 0 20 14", "aria-hidden": "true" }, line);
}

const PATHS = {
  search: "M7 12.2A5.2 5.2 0 1 0 7 1.8a5.2 5.2 0 0 0 0 10.4Zm3.8-1.4L14.5 14.5",
  close: "M3.5 3.5l9 9m0-9l-9 9",
  undo: "M3 6.5h7a3.5 3.5 0 0 1 0 7H7M3 6.5l3-3m-3 3l3 3",
  redo: "M13 6.5H6a3.5 3.5 0 0 0 0 7h3m4-7l-3-3m3 3l-3 3",
  path: "M3.5 14a2 2 0 1 0 0-4 2 2 0 0 0 0 4Zm9-8a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM5.5 12h3a2.5 2.5 0 0 0 0-5h-1a2.5 2.5 0 0 1 0-5h3",
  table: "M2 3h12v10H2zM2 6.3h12M2 9.6h12M6.5 3v10",
  filter: "M2 3.5h12L9.5 8.6V13l-3-1.6V8.6z",
  download: "M8 2v8m-3.2-3L8 10.2 11.2 7M2.5 13.5h11",
  link: "M6.8 9.2a2.6 2.6 0 0 0 3.8 0l2.2-2.2a2.7 2.7 0 0 0-3.8-3.8l-.9.9M9.2 6.8a2.6 2.6 0 0 0-3.8 0L3.2 9a2.7 2.7 0 0 0 3.8 3.8l.9-.9",
  theme: "M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12",
  help: "M6 6a2 2 0 1 1 2.7 1.9c-.5.2-.7.6-.7 1.1v.6M8 12.2v.2",
  query: "M2.5 4l4 4-4 4M8.5 12.5h5",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  fit: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
  expand: "M8 5.8v4.4M5.8 8h4.4M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Z",
  hide: "M2 8s2.2-4 6-4c1.2 0 2.3.4 3.2.9M14 8s-2.2 4-6 4c-1.2 0-2.3-.4-3.2-.9M3 13L13 3",
  only: "M8 10.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM8 1.5v2M8 12.5v2M1.5 8h2M12.5 8h2",
  flag: "M3.5 14.5v-12m0 .5h8.5l-2 3 2 3H3.5",
  out: "M9.5 2.5h4v4M13.5 2.5L7.5 8.5M11 9.5v4H2.5V5H6.5",
  chevron: "M4 6l4 4 4-4",
  swap: "M4.5 2.5v10m0 0L2 10m2.5 2.5L7 10M11.5 13.5v-10m0 0L9 6m2.5-2.5L14 6",
} as const;

export type IconName = keyof typeof PATHS;

export function icon(name: IconName, size = 16): SVGElement {
  return svg(
    "svg",
    { width: size, height: size, viewBox: "0 0 16 16", "aria-hidden": "true", class: "icon" },
    svg("path", { d: PATHS[name], fill: "none", stroke: "currentColor", "stroke-width": 1.5, "stroke-linecap": "round", "stroke-linejoin": "round" }),
  );
}
