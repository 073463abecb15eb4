/** The state as the part of an address behind #, and back. What it reads may come from anyone: nothing of it is trusted. */
import { TABS, type Selection, type Show, type State } from "./state.ts";

/** A longer address is cut by mail programs and chats; sets of nodes that would make it longer are left out, and `cut` says so. */
export const LONGEST = 6000;
const NAMES = 20_000; // characters of an address that are read at all

const enc = encodeURIComponent;

export function write(state: State, initial: State): { hash: string; cut: boolean } {
  const parts: string[] = [];
  const { selection, show, query, table, camera, size, color } = state;
  if (selection) parts.push(selected(selection));
  const set = (key: string, value: ReadonlySet<string>, usual: ReadonlySet<string>): void => {
    if (!same(value, usual)) parts.push(`${key}=${[...value].sort().map(enc).join(",")}`);
  };
  set("types-off", show.types, initial.show.types);
  set("lines-off", show.kinds, initial.show.kinds);
  set("relations-off", show.relations, initial.show.relations);
  if (show.years) parts.push(`years=${show.years[0]}-${show.years[1]}`);
  if (query) parts.push(`query=${enc(query)}`);
  if (table) parts.push(`table=${table}`);
  if (size !== initial.size) parts.push(`size=${enc(size)}`);
  if (color !== initial.color) parts.push(`colour=${enc(color)}`);
  if (camera) parts.push(`at=${[camera.x, camera.y].map((v) => Math.round(v)).join(",")},${camera.scale.toPrecision(3)}`);
  let cut = false;
  for (const [key, nodes] of [["only", show.only], ["hide", show.hidden]] as const) {
    if (!nodes || (key === "hide" && nodes.size === 0)) continue;
    const part = `${key}=${[...nodes].map(enc).join(",")}`;
    if (parts.join("&").length + part.length > LONGEST) cut = true;
    else parts.push(part);
  }
  return { hash: parts.join("&"), cut };
}

function selected(selection: Selection): string {
  if ("concept" in selection) return `concept=${enc(selection.concept)}`;
  if ("paper" in selection) return `paper=${enc(selection.paper)}`;
  if ("edge" in selection) return `edge=${selection.edge}`;
  const { from, to, nth } = selection.path;
  return `path=${enc(from)}/${enc(to)}${nth ? `/${nth}` : ""}`;
}

function same(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((v) => b.has(v));
}

/** What an address asks for. Parts that cannot be read are passed over, and counted in `bad`. */
export function read(hash: string, initial: State): { state: State; bad: number } {
  let bad = 0;
  const show: { -readonly [K in keyof Show]: Show[K] } = { ...initial.show };
  const state: State = { ...initial, camera: null };
  const text = hash.replace(/^#/, "").slice(0, NAMES);
  for (const part of text ? text.split("&") : []) {
    const at = part.indexOf("=");
    const key = at < 0 ? part : part.slice(0, at);
    const raw = at < 0 ? "" : part.slice(at + 1);
    try {
      const list = (): string[] => raw.split(",").filter(Boolean).map(decodeURIComponent);
      if (key === "concept") state.selection = { concept: decodeURIComponent(raw) };
      else if (key === "paper") state.selection = { paper: decodeURIComponent(raw) };
      else if (key === "edge") state.selection = { edge: raw.split("/").map((p) => enc(decodeURIComponent(p))).join("/") };
      else if (key === "path") state.selection = path(raw);
      else if (key === "types-off") show.types = new Set(list());
      else if (key === "lines-off") show.kinds = new Set(list());
      else if (key === "relations-off") show.relations = new Set(list());
      else if (key === "only") show.only = new Set(list());
      else if (key === "hide") show.hidden = new Set(list());
      else if (key === "years") show.years = years(raw);
      else if (key === "query") state.query = decodeURIComponent(raw).slice(0, 200);
      else if (key === "table" && (TABS as readonly string[]).includes(raw)) state.table = raw as State["table"];
      else if (key === "size") state.size = decodeURIComponent(raw).slice(0, 200);
      else if (key === "colour") state.color = decodeURIComponent(raw).slice(0, 200);
      else if (key === "at") state.camera = camera(raw);
      else bad++;
    } catch {
      bad++; // a broken escape, or numbers that are none
    }
  }
  // the very same object where nothing is filtered, so that this is seen at once
  const filtered = (Object.keys(show) as (keyof Show)[]).some((key) => show[key] !== initial.show[key]);
  return { state: { ...state, show: filtered ? show : initial.show }, bad };
}

function path(raw: string): Selection {
  const [from, to, nth, ...rest] = raw.split("/");
  if (!from || !to || rest.length) throw new RangeError(raw);
  return { path: { from: decodeURIComponent(from), to: decodeURIComponent(to), nth: nth ? number(nth, 0, 99) : 0 } };
}

function years(raw: string): [number, number] {
  const [from, to] = raw.split("-").map((v) => number(v, 0, 9999));
  if (from === undefined || to === undefined || from > to) throw new RangeError(raw);
  return [from, to];
}

function camera(raw: string): State["camera"] {
  const [x, y, scale] = raw.split(",");
  return { x: number(x, -1e7, 1e7), y: number(y, -1e7, 1e7), scale: number(scale, 1e-4, 100) };
}

function number(text: string | undefined, low: number, high: number): number {
  const value = Number(text);
  if (!text || !Number.isFinite(value) || value < low || value > high) throw new RangeError(text);
  return value;
}
