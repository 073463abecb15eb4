import type { Camera, Scene } from "./types.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** From places of the layout to pixels of the screen: x · scale + ox, y · scale + oy. */
export interface View extends Size {
  readonly scale: number;
  readonly ox: number;
  readonly oy: number;
  /** Pixels for one unit of a node's radius. */
  readonly grow: number;
}

/** The view of a camera, moved by less than a pixel so that it begins at a whole pixel of the device. */
export function view(camera: Camera, size: Size, ratio: number, grow = camera.scale): View {
  const whole = (value: number) => Math.round(value * ratio) / ratio;
  const { scale } = camera;
  return { scale, ox: whole(size.width / 2 - camera.x * scale), oy: whole(size.height / 2 - camera.y * scale), width: size.width, height: size.height, grow };
}

/** The view with a margin on all sides, whose pixel 0, 0 is the margin's corner. */
export function widened(v: View, margin: number): View {
  return { scale: v.scale, ox: v.ox + margin, oy: v.oy + margin, width: v.width + 2 * margin, height: v.height + 2 * margin, grow: v.grow };
}

/** The part of the layout that a view shows, with some pixels more on each side. */
export function shown(v: View, more: number): Box {
  const { scale, ox, oy } = v;
  return { left: (-more - ox) / scale, top: (-more - oy) / scale, right: (v.width + more - ox) / scale, bottom: (v.height + more - oy) / scale };
}

/** The camera after zooming by a factor so that what lies under a pixel stays there. */
export function zoomAt(camera: Camera, size: Size, factor: number, px: number, py: number): Camera {
  const scale = camera.scale * factor;
  const dx = px - size.width / 2, dy = py - size.height / 2;
  return { x: camera.x + dx / camera.scale - dx / scale, y: camera.y + dy / camera.scale - dy / scale, scale };
}

/** Between two cameras: the place moves as the scale does, so that a zoom to a point keeps the point still. */
export function between(a: Camera, b: Camera, t: number): Camera {
  if (t >= 1) return b;
  const scale = a.scale * (b.scale / a.scale) ** t;
  // with the scale changing, moving in proportion to 1 / scale keeps the fixed point of the zoom fixed
  const part = Math.abs(b.scale / a.scale - 1) < 1e-6 ? t : (1 / a.scale - 1 / scale) / (1 / a.scale - 1 / b.scale);
  return { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part, scale };
}

/** Where nodes lie, radii included; null for none. */
export function extent(scene: Scene, nodes: Iterable<number>): Box | null {
  let left = Infinity, top = Infinity, right = -Infinity, bottom = -Infinity;
  for (const n of nodes) {
    const x = scene.x[n]!, y = scene.y[n]!, r = scene.r[n]!;
    left = Math.min(left, x - r);
    right = Math.max(right, x + r);
    top = Math.min(top, y - r);
    bottom = Math.max(bottom, y + r);
  }
  return left <= right ? { left, top, right, bottom } : null;
}

/** The camera that shows a part of the layout in a part of the screen, `room` (in pixels), with at most a given scale. */
export function fitted(part: Box, size: Size, room: Box, most: number): Camera {
  const wide = Math.max(1, room.right - room.left), high = Math.max(1, room.bottom - room.top);
  const scale = Math.min(most, wide / Math.max(1, part.right - part.left), high / Math.max(1, part.bottom - part.top));
  const dx = (room.left + room.right - size.width) / 2, dy = (room.top + room.bottom - size.height) / 2;
  return { x: (part.left + part.right) / 2 - dx / scale, y: (part.top + part.bottom) / 2 - dy / scale, scale };
}

/** The largest part of the screen beside each of some boxes that is at least half of it; all of it where there is none. */
export function roomBeside(size: Size, boxes: readonly Box[], padding: number): Box {
  let room: Box = { left: 0, top: 0, right: size.width, bottom: size.height };
  const area = (b: Box) => Math.max(0, b.right - b.left) * Math.max(0, b.bottom - b.top);
  for (const b of boxes) {
    if (b.right <= room.left || b.left >= room.right || b.bottom <= room.top || b.top >= room.bottom) continue;
    const sides: Box[] = [
      { ...room, left: Math.max(room.left, b.right) },
      { ...room, right: Math.min(room.right, b.left) },
      { ...room, top: Math.max(room.top, b.bottom) },
      { ...room, bottom: Math.min(room.bottom, b.top) },
    ];
    const best = sides.reduce((a, c) => (area(c) > area(a) ? c : a));
    if (area(best) >= (size.width * size.height) / 2) room = best;
  }
  return { left: room.left + padding, top: room.top + padding, right: room.right - padding, bottom: room.bottom - padding };
}

/**
 * Pixels for one unit of a radius. Where the whole fits the screen, the smallest node has a part of the room that each of the drawn
 * nodes has; with the zoom nodes grow more slowly than distances, so that a closer look makes room, for names too.
 */
export function growth(scale: number, fit: number, size: Size, drawn: number, least: number): number {
  const room = Math.sqrt((size.width * size.height) / Math.max(1, drawn));
  const start = Math.min(4.6, Math.max(1.3, 0.1 * room)) / Math.max(1e-6, least);
  return Math.min(1.15, start * (scale / fit) ** 0.42);
}

/** The radius of a node on the screen; never too small to be seen. */
export function radius(r: number, v: View): number {
  return Math.max(1.2, r * v.grow);
}

/** The box within which nodes lie but for the outermost of many: a few strays do not make the picture small. */
export function core(scene: Scene, nodes: readonly number[]): Box | null {
  if (nodes.length < 1000) return extent(scene, nodes);
  const cut = Math.floor(0.008 * nodes.length);
  const xs = Float32Array.from(nodes, (n) => scene.x[n]!).sort(), ys = Float32Array.from(nodes, (n) => scene.y[n]!).sort();
  return { left: xs[cut]!, top: ys[cut]!, right: xs[xs.length - 1 - cut]!, bottom: ys[ys.length - 1 - cut]! };
}
