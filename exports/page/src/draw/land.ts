/** The ground that a community covers, as a soft tint beneath it: a coarse raster of which community is the densest where. */
import type { View } from "./camera.ts";
import { extent } from "./camera.ts";
import { DIMMED, HIDDEN, type Looks, type Palette, type Scene } from "./types.ts";

/** Of the raster, on its longer side. */
const CELLS = 220;
/** Smaller communities have no ground of their own. */
const MEMBERS = 6;

export interface Land {
  readonly width: number;
  readonly height: number;
  /** The corner and the side of a cell, in units of the layout. */
  readonly left: number;
  readonly top: number;
  readonly cell: number;
  /** By cell, row after row: which community, -1 for none, and how dense it is, 0 … 1. */
  readonly community: Int32Array;
  readonly density: Float32Array;
}

/** The land of all communities; nodes that are hidden or dimmed have none. Null where there is nothing to tell apart. */
export function landOf(scene: Scene, looks: Looks): Land | null {
  const members = new Map<number, number[]>();
  const all: number[] = [];
  for (let n = 0; n < scene.n; n++) {
    if (looks.node[n] === HIDDEN || looks.node[n] === DIMMED) continue;
    all.push(n);
    const of = members.get(scene.community[n]!);
    if (of) of.push(n);
    else members.set(scene.community[n]!, [n]);
  }
  const box = extent(scene, all);
  if (!box || members.size < 2) return null;
  // how far a node's ground reaches: as far as its neighbours are where nodes are spread evenly over a disc half as large
  const reach = 1.1 * Math.sqrt(((box.right - box.left) * (box.bottom - box.top) * 0.25) / Math.max(30, all.length));
  const side = Math.max(box.right - box.left, box.bottom - box.top) + 6 * reach;
  const cell = side / CELLS;
  const left = box.left - 3 * reach, top = box.top - 3 * reach;
  const width = Math.ceil((box.right - box.left + 6 * reach) / cell), height = Math.ceil((box.bottom - box.top + 6 * reach) / cell);
  const best = new Float32Array(width * height), second = new Float32Array(width * height), own = new Float32Array(width * height);
  const community = new Int32Array(width * height).fill(-1);
  const sigma = Math.max(1.2, reach / cell), span = Math.ceil(2.5 * sigma);
  for (const [number, nodes] of members) {
    if (nodes.length < MEMBERS || number >= (scene.regions ?? Infinity)) continue;
    let x0 = width, x1 = 0, y0 = height, y1 = 0;
    for (const n of nodes) {
      const cx = (scene.x[n]! - left) / cell, cy = (scene.y[n]! - top) / cell;
      const ax = Math.max(0, Math.floor(cx - span)), bx = Math.min(width - 1, Math.ceil(cx + span));
      const ay = Math.max(0, Math.floor(cy - span)), by = Math.min(height - 1, Math.ceil(cy + span));
      for (let y = ay; y <= by; y++) {
        for (let x = ax; x <= bx; x++) own[y * width + x]! += Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * sigma * sigma));
      }
      x0 = Math.min(x0, ax);
      x1 = Math.max(x1, bx);
      y0 = Math.min(y0, ay);
      y1 = Math.max(y1, by);
    }
    for (let y = y0; y <= y1; y++) {
      for (let x = x0; x <= x1; x++) {
        const at = y * width + x, value = own[at]!;
        own[at] = 0;
        if (value > best[at]!) {
          second[at] = best[at]!;
          best[at] = value;
          community[at] = number;
        } else if (value > second[at]!) second[at] = value;
      }
    }
  }
  // where two communities are equally dense lies a border, and a single node is no land
  const density = best.map((value, at) => Math.max(0, Math.min(1, (value - 1.1) / 1.2)) * Math.min(1, (value - second[at]!) / Math.max(0.3, 0.35 * value)));
  return { width, height, left, top, cell, community, density };
}

/** Red, green and blue of a community's tint: hues far from those of its neighbours in number; `gray`: none, where colours say something else. */
export function tint(community: number, palette: Palette, gray = false): [number, number, number] {
  const hue = (community * 137.508 + 200) % 360, { saturation, lightness: l } = palette.land;
  const s = gray ? 0.08 : saturation;
  const channel = (n: number) => {
    const k = (n + hue / 30) % 12;
    return Math.round(255 * (l - s * Math.min(l, 1 - l) * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}

/** The raster in its colours; browsers smooth it when it is stretched over the picture. */
function landImage(land: Land, palette: Palette, gray: boolean): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = land.width;
  canvas.height = land.height;
  const ctx = canvas.getContext("2d")!;
  const image = ctx.createImageData(land.width, land.height);
  land.density.forEach((density, at) => {
    if (density <= 0) return;
    image.data.set([...tint(gray ? 0 : land.community[at]!, palette, gray), Math.round(255 * palette.land.alpha * density)], 4 * at);
  });
  ctx.putImageData(image, 0, 0);
  return canvas;
}

/** Where the raster lies on the screen: left, top, width and height in pixels. */
function placed(land: Land, v: View): [number, number, number, number] {
  const k = land.cell * v.scale;
  // a value stands for the middle of its cell
  return [(land.left - land.cell / 2) * v.scale + v.ox, (land.top - land.cell / 2) * v.scale + v.oy, land.width * k, land.height * k];
}

/** A picture that stands in the text of a file, and where. */
export interface Inline {
  readonly url: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The land of a scene, made when it is wanted and kept while it holds. */
export class Ground {
  /** null: there is none; undefined: it is to be made. */
  private made: { readonly land: Land; readonly image: HTMLCanvasElement } | null | undefined = undefined;

  stale(): void {
    this.made = undefined;
  }

  /** It depends on which nodes are hidden or dimmed only. */
  changed(before: Looks, after: Looks): void {
    if (after.node.some((look, n) => look <= DIMMED !== before.node[n]! <= DIMMED)) this.stale();
  }

  paint(ctx: CanvasRenderingContext2D, scene: Scene, looks: Looks, palette: Palette, v: View): void {
    const made = this.make(scene, looks, palette);
    if (!made) return;
    ctx.imageSmoothingEnabled = true;
    ctx.imageSmoothingQuality = "high";
    ctx.drawImage(made.image, ...placed(made.land, v));
  }

  /** The same for a file; null where there is none. */
  image(scene: Scene, looks: Looks, palette: Palette, v: View): Inline | null {
    const made = this.make(scene, looks, palette);
    if (!made) return null;
    const [x, y, width, height] = placed(made.land, v);
    return { url: made.image.toDataURL("image/png"), x, y, width, height };
  }

  private make(scene: Scene, looks: Looks, palette: Palette): { readonly land: Land; readonly image: HTMLCanvasElement } | null {
    if (this.made === undefined) {
      const land = landOf(scene, looks);
      this.made = land && { land, image: landImage(land, palette, scene.fill !== undefined) };
    }
    return this.made;
  }
}
