/** The line of an edge on the screen: straight, or bent so that a → b and b → a lie beside each other. */
import { radius, type View } from "./camera.ts";
import type { Scene } from "./types.ts";

/** How far the middle of a directed edge lies beside the straight line, as a part of its length. */
const BEND = 0.09;

/** A quadratic curve; `cx`, `cy` is the control point, the middle of the line where it is straight. */
export interface Curve {
  x0: number;
  y0: number;
  cx: number;
  cy: number;
  x1: number;
  y1: number;
  bent: boolean;
  /** Of the straight line, in pixels. */
  length: number;
}

export function newCurve(): Curve {
  return { x0: 0, y0: 0, cx: 0, cy: 0, x1: 0, y1: 0, bent: false, length: 0 };
}

/** Fills in the curve of an edge from centre to centre. */
export function curveOf(out: Curve, scene: Scene, e: number, v: View): Curve {
  const a = scene.edges.head[e]!, b = scene.edges.tail[e]!;
  out.x0 = scene.x[a]! * v.scale + v.ox;
  out.y0 = scene.y[a]! * v.scale + v.oy;
  out.x1 = scene.x[b]! * v.scale + v.ox;
  out.y1 = scene.y[b]! * v.scale + v.oy;
  const dx = out.x1 - out.x0, dy = out.y1 - out.y0;
  out.length = Math.hypot(dx, dy);
  out.bent = scene.edges.directed[e] === 1 && scene.edges.kind[e] === 0;
  const bend = out.bent ? 2 * BEND : 0;
  out.cx = (out.x0 + out.x1) / 2 - dy * bend;
  out.cy = (out.y0 + out.y1) / 2 + dx * bend;
  return out;
}

/** The point at t (0 … 1) of a curve. */
export function along(c: Curve, t: number): [x: number, y: number] {
  const s = 1 - t;
  return [s * s * c.x0 + 2 * s * t * c.cx + t * t * c.x1, s * s * c.y0 + 2 * s * t * c.cy + t * t * c.y1];
}

/** Into how many straight pieces a curve is cut; where it is `fine`, so many that no corner shows. */
export function pieces(c: Curve, fine: boolean): number {
  if (!c.bent || c.length < 16) return 1;
  const few = c.length < 80 ? 3 : c.length < 300 ? 5 : 8;
  return fine ? 2 * few : few;
}

/** The distance of a point from a curve. */
export function distance(c: Curve, px: number, py: number): number {
  let best = Infinity;
  let [ax, ay] = [c.x0, c.y0];
  const count = pieces(c, true);
  for (let k = 1; k <= count; k++) {
    const [bx, by] = k === count ? [c.x1, c.y1] : along(c, k / count);
    const dx = bx - ax, dy = by - ay;
    const square = dx * dx + dy * dy;
    const t = square === 0 ? 0 : Math.max(0, Math.min(1, ((px - ax) * dx + (py - ay) * dy) / square));
    best = Math.min(best, Math.hypot(px - ax - t * dx, py - ay - t * dy));
    [ax, ay] = [bx, by];
  }
  return best;
}

/** The corners of the arrow head of an edge that ends at the border of its tail; null where there is no room for one. */
export function arrow(c: Curve, scene: Scene, e: number, v: View, size: number): [number, number, number, number, number, number] | null {
  const gap = radius(scene.r[scene.edges.tail[e]!]!, v) + 1.5;
  // beside a short line a head is all that one would see
  if (c.length < gap + 4 * size) return null;
  // the direction in which a quadratic curve ends is that from its control point
  const dx = c.x1 - c.cx, dy = c.y1 - c.cy;
  const d = Math.hypot(dx, dy) || 1;
  const ux = dx / d, uy = dy / d;
  const tx = c.x1 - ux * gap, ty = c.y1 - uy * gap;
  const bx = tx - ux * size, by = ty - uy * size;
  const w = 0.42 * size;
  return [tx, ty, bx - uy * w, by + ux * w, bx + uy * w, by - ux * w];
}
