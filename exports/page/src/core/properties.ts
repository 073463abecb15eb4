/** What nodes can be sized and coloured by: what the page knows of concepts itself, and what analyses found. */
import type { PropertyOf } from "../data.ts";
import { type Model } from "./model.ts";

/** What the page begins with. No property of an analysis is called as one of the page's own. */
export const SIZE = "papers", COLOR = "type";
/** Classes that have a colour of their own; all others share one. */
export const CLASSES = 8;
/** Steps of the scale of a number. */
export const STEPS = 6;
/** The place of a colour of what has no value, or a class without a colour. */
export const REST = 255;

export interface Choice {
  name: string;
  label: string;
}

type Cell = number | null;

export function sizes(model: Model): Choice[] {
  return [{ name: SIZE, label: "Papers" }, ...found(model).filter((p) => p.kind === "number")];
}

export function colors(model: Model): Choice[] {
  const own = [{ name: COLOR, label: "Type" }];
  if (model.data.communities.length > 1) own.push({ name: "map", label: "Community (of the map)" });
  own.push({ name: "papers", label: "Papers" });
  if (model.data.years) own.push({ name: "first", label: "First seen" });
  return [...own, ...found(model)];
}

function found(model: Model): PropertyOf[] {
  return model.data.properties?.concepts ?? [];
}

/** The place of a property among the columns, -1 where there is none. */
function place(model: Model, name: string): number {
  return found(model).findIndex((p) => p.name === name);
}

function column(model: Model, name: string): Cell[] {
  const { concepts } = model.data;
  if (name === "papers") return concepts.papers;
  if (name === "first") return concepts.first;
  const at = place(model, name);
  return concepts.id.map((_, i) => concepts.values?.[i]?.[at] ?? null);
}

/** The least and the largest radius of a concept. */
const SMALL = 6, LARGE = 28;

/** Radii by a property: the area shows how far a value is above 0, or above the lowest where that is below 0. Null: as the page has them. */
export function radii(model: Model, name: string): number[] | null {
  const about = found(model)[place(model, name)];
  if (name === SIZE || about?.kind !== "number") return null;
  const base = Math.min(0, about.low);
  // in halves: the whole may be more than a number holds
  const range = about.high / 2 - base / 2 || 1;
  return column(model, name).map((value) => SMALL + (LARGE - SMALL) * Math.sqrt(value === null ? 0 : Math.max(0, (value / 2 - base / 2) / range)));
}

/** What one colour stands for: its place in `Palette.scale` or `Palette.classes`, or `REST`. */
export interface Key {
  color: number;
  label: string;
  concepts: number;
}

export interface Colors {
  list: "scale" | "classes";
  /** Of each concept. */
  at: Uint8Array;
  keys: Key[];
}

/** Colours by a property; null: by type. */
export function colorsBy(model: Model, name: string): Colors | null {
  if (name === COLOR || !colors(model).some((choice) => choice.name === name)) return null;
  if (name === "map") {
    const { communities, concepts } = model.data;
    return classes(concepts.community.map((n) => (communities[n]?.rest ? null : n)), communities.map((c) => c.label), "in small groups");
  }
  const about = found(model)[place(model, name)];
  if (about?.kind === "class") return classes(column(model, name), about.classes, "not known");
  return steps(column(model, name), name === "first" || isYear(name));
}

/** Classes in the order of their numbers: those of most members are the first. */
function classes(values: Cell[], names: string[], none: string): Colors {
  const counts = new Map<number | null, number>();
  const at = Uint8Array.from(values, (value) => {
    counts.set(value, (counts.get(value) ?? 0) + 1);
    return value !== null && value < CLASSES ? value : REST;
  });
  const keys = names.slice(0, CLASSES).flatMap((label, n) => (counts.has(n) ? [{ color: n, label, concepts: counts.get(n)! }] : []));
  const others = [...counts.keys()].filter((n) => n !== null && n >= CLASSES);
  const rest = others.reduce<number>((sum, n) => sum + counts.get(n)!, 0);
  if (rest) keys.push({ color: REST, label: others.length === 1 ? names[others[0]!]! : `${others.length.toLocaleString("en")} others`, concepts: rest });
  if (counts.has(null)) keys.push({ color: REST, label: none, concepts: counts.get(null)! });
  return { list: "classes", at, keys };
}

/** Steps of about equally many concepts: whatever a number is spread like, all colours are seen. */
function steps(values: Cell[], year: boolean): Colors {
  const known = Float64Array.from(values.filter((value) => value !== null)).sort();
  const edges: number[] = [];
  // behind each step what is left is shared out anew: a value that most have fills one step, and takes none from the others
  for (let from = 0, left = STEPS; left > 1; left--) {
    const edge = known[from + Math.floor((known.length - from) / left)];
    from = edge === known[from] ? known.findIndex((value) => value > edge!) : known.indexOf(edge!);
    if (from < 0) break;
    edges.push(known[from]!);
  }
  const counts = new Array<number>(edges.length + 1).fill(0);
  // few steps are far apart on the scale
  const color = (step: number): number => (edges.length ? Math.round((step * (STEPS - 1)) / edges.length) : STEPS - 1);
  let none = 0;
  const at = Uint8Array.from(values, (value) => {
    if (value === null) {
      none++;
      return REST;
    }
    let step = 0;
    while (step < edges.length && value >= edges[step]!) step++;
    counts[step]!++;
    return color(step);
  });
  const whole = known.every(Number.isInteger);
  const text = (value: number): string => (year ? String(value) : figure(value));
  const keys: Key[] = counts.flatMap((concepts, step) => {
    if (concepts === 0) return [];
    const low = step === 0 ? known[0]! : edges[step - 1]!;
    const high = edges[step];
    const label = high === undefined ? `${text(low)}${low === known.at(-1) ? "" : year ? " and later" : " or more"}` : !whole ? `${text(low)} to below ${text(high)}` : low === high - 1 ? text(low) : `${text(low)}–${text(high - 1)}`;
    return [{ color: color(step), label, concepts }];
  });
  if (none) keys.push({ color: REST, label: "not known", concepts: none });
  return { list: "scale", at, keys };
}

/** A number in few digits; whole ones as they are, unless they are very large. `figure` of exports/explorer/properties.py writes the same. */
export function figure(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e15 || (size > 0 && size < 1e-9)) return value.toExponential(2);
  return value.toLocaleString("en", Number.isInteger(value) ? {} : { maximumSignificantDigits: 3 });
}

/** A value of a property in words. */
export function valueText(about: PropertyOf, value: Cell): string {
  if (value === null) return "";
  if (about.kind === "class") return about.classes[value] ?? "";
  return isYear(about.name) ? String(value) : figure(value);
}

function isYear(name: string): boolean {
  return /(^|_)year$/.test(name);
}

/** What analyses found of a concept or paper, in words: label and value, as far as there is one. */
export function facts(model: Model, of: "concepts" | "papers", i: number): [string, string][] {
  const values = model.data[of].values?.[i];
  return (model.data.properties?.[of] ?? []).flatMap((about, at) => {
    const text = valueText(about, values?.[at] ?? null);
    return text ? [[about.label, text] as [string, string]] : [];
  });
}
