/** Where names stand: each keeps its size on the screen, none covers another, and the important ones come first. */
import type { Box, Size } from "./camera.ts";

export const FAMILY = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif';

/** A node whose name is wanted. All numbers are pixels; `width` is that of the written text. */
export interface Candidate {
  readonly node: number;
  readonly x: number;
  readonly y: number;
  readonly r: number;
  readonly text: string;
  readonly size: number;
  readonly weight: number;
  readonly width: number;
  /** May cover nodes that are smaller than its own. */
  readonly leading: boolean;
  /** In a softer colour: of the least important. */
  readonly quiet: boolean;
  /** Where it stood in the last frame, which is tried first; -1: nowhere. */
  readonly spot: number;
}

/** A name and the middle of its place. */
export interface Placed extends Box {
  readonly node: number;
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly weight: number;
  readonly quiet: boolean;
  /** A place in `SPOTS`. */
  readonly spot: number;
}

export interface Disc {
  readonly node: number;
  readonly x: number;
  readonly y: number;
  readonly r: number;
}

const CELL = 64;
const GAP = 2;
/** Where a name stands beside its node, the best place first: below, above, right, left, and between these. */
const SPOTS = [[0, 1], [0, -1], [1, 0], [-1, 0], [1, 1], [1, -1], [-1, 1], [-1, -1]] as const;
/** How much of all names are of the least important nodes, at most. */
const QUIET = 0.35;

/** Boxes by the cells of a grid that they touch. */
class Grid<T extends Box> {
  private readonly cells = new Map<number, T[]>();

  add(item: T): void {
    const right = cell(item.right), bottom = cell(item.bottom);
    for (let y = cell(item.top); y <= bottom; y++) {
      for (let x = cell(item.left); x <= right; x++) {
        const items = this.cells.get(y * 65536 + x);
        if (items) items.push(item);
        else this.cells.set(y * 65536 + x, [item]);
      }
    }
  }

  /** Whether an item that meets the box makes the test true. */
  some(box: Box, test: (item: T) => boolean): boolean {
    const left = cell(box.left), right = cell(box.right), bottom = cell(box.bottom);
    for (let y = cell(box.top); y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const items = this.cells.get(y * 65536 + x);
        if (items) for (let k = 0; k < items.length; k++) if (meet(items[k]!, box) && test(items[k]!)) return true;
      }
    }
    return false;
  }
}

function cell(pixel: number): number {
  return Math.floor(pixel / CELL);
}

const always = () => true;

export function meet(a: Box, b: Box): boolean {
  return a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;
}

/** What is taken in a picture: names, cards over it, and nodes that a name should not cover. */
export class Space {
  private readonly texts = new Grid<Box>();
  private readonly discs = new Grid<Disc & Box>();

  constructor(private readonly size: Size, taken: readonly Box[], discs: readonly Disc[]) {
    for (const box of taken) this.texts.add(box);
    for (const d of discs) this.discs.add({ ...d, left: d.x - d.r, top: d.y - d.r, right: d.x + d.r, bottom: d.y + d.r });
  }

  /** Whether a text may stand here; nodes of up to a radius, and its own, do not hinder it. */
  free(box: Box, own: number | null, covers: number): boolean {
    if (box.left < 0 || box.top < 0 || box.right > this.size.width || box.bottom > this.size.height) return false;
    return !this.texts.some(box, always) && !this.discs.some(box, (d) => d.node !== own && d.r > covers);
  }

  take(box: Box): void {
    this.texts.add(box);
  }
}

/** Names the candidates in their order, as long as there is room, and at most so many. */
export function placeLabels(candidates: Iterable<Candidate>, space: Space, most: number): Placed[] {
  const placed: Placed[] = [];
  let quietOnes = 0;
  for (const c of candidates) {
    if (placed.length >= most) break;
    // names of the least important fill every gap otherwise, and hide which are important
    if (c.quiet && quietOnes >= most * QUIET) continue;
    const found = place(c, space);
    if (!found) continue;
    const [box, spot] = found;
    space.take(box);
    quietOnes += Number(c.quiet);
    const { node, text, size, weight, quiet } = c;
    placed.push({ ...box, node, text, x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2, size, weight, quiet, spot });
  }
  return placed;
}

/** Where it stood, or else the first of the places around the node that is free; first where it covers nothing. */
function place(c: Candidate, space: Space): [Box, number] | null {
  const w = c.width / 2 + GAP, h = c.size * 0.62 + 1;
  const at = (spot: number): Box => {
    const [dx, dy] = SPOTS[spot]!;
    const x = c.x + dx * (dy === 0 ? c.r + w + 2 : 0.7 * (c.r + w)), y = c.y + dy * (dx === 0 ? c.r + h + 1 : 0.8 * c.r + h);
    return { left: x - w, top: y - h, right: x + w, bottom: y + h };
  };
  const covers = c.leading ? c.r * 0.9 : 0;
  if (c.spot >= 0) {
    const box = at(c.spot);
    if (space.free(box, c.node, covers)) return [box, c.spot];
  }
  for (const most of covers > 0 ? [0, covers] : [0]) {
    for (let spot = 0; spot < SPOTS.length; spot++) {
      const box = at(spot);
      if (space.free(box, c.node, most)) return [box, spot];
    }
  }
  return null;
}

/** A text of at most so many letters; an ellipsis stands for the rest. */
export function clipped(text: string, most: number): string {
  const letters = [...text];
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join("").trimEnd()}…`;
}

/** A text that is at most so wide, written in a font; an ellipsis stands for the rest. */
export function fitting(text: string, font: string, most: number, widths: Widths): string {
  for (let letters = [...text].length; ; ) {
    const part = clipped(text, letters);
    const width = widths.of(part, font);
    if (width <= most || letters <= 2) return part;
    letters = Math.max(2, Math.min(letters - 1, Math.floor((letters * most) / width)));
  }
}

/** How many names a picture of this size takes before it looks crowded. */
export function mostLabels(size: Size): number {
  return Math.max(12, Math.round((size.width * size.height) / 11000));
}

/** Widths of texts, measured once for each font. */
export class Widths {
  private readonly known = new Map<string, number>();
  constructor(private readonly ctx: Pick<CanvasRenderingContext2D, "font" | "measureText">) {}

  of(text: string, font: string): number {
    const key = `${font}|${text}`;
    let width = this.known.get(key);
    if (width === undefined) {
      this.ctx.font = font;
      width = this.ctx.measureText(text).width;
      if (this.known.size > 20_000) this.known.clear();
      this.known.set(key, width);
    }
    return width;
  }
}
