/** What lies beneath the nodes: the ground of communities, nodes that are points at this scale, and edges. Painted in steps. */
import { radius, type View } from "./camera.ts";
import { along, arrow, curveOf, newCurve, pieces, type Curve } from "./curve.ts";
import { colorOf } from "./palette.ts";
import { DIMMED, type Looks, type Palette, type Scene } from "./types.ts";

/**
 * Lines of one device pixel are many times cheaper than wider ones where a processor draws them, and paths of about fifty pieces
 * cheaper than one path for each or one for all (docs/decisions/0020-renderer.md).
 */
const PIECES = 50;
/** What painting costs, in lines of one pixel. */
const WIDE = 6, DASHED = 5, POINT = 0.5;

export interface Backdrop {
  readonly edges: Uint32Array;
  readonly points: Uint32Array;
  /** Whether dashes and arrow heads are drawn: not where so many edges are seen that they would only be noise. */
  readonly fine: boolean;
}

/** The width of an edge on the screen, in pixels. */
export function edgeWidth(width: number, v: View): number {
  return width * Math.min(1.2, Math.max(0.4, Math.sqrt(v.grow)));
}

/** How much fainter all lines are drawn, 0 … 1: the more of the view they would cover. */
export function calm(scene: Scene, edges: Uint32Array, v: View): number {
  const { head, tail } = scene.edges;
  let sum = 0, left = Infinity, top = Infinity, right = -Infinity, bottom = -Infinity;
  for (const e of edges) {
    const x = scene.x[head[e]!]!, y = scene.y[head[e]!]!;
    sum += Math.hypot(x - scene.x[tail[e]!]!, y - scene.y[tail[e]!]!);
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  // the part of the view that lines lie in
  const wide = Math.min(v.width, (right - left) * v.scale), high = Math.min(v.height, (bottom - top) * v.scale);
  const layers = (sum * v.scale) / Math.max(1e4, wide * high);
  return Math.min(1, Math.max(0.25, Math.sqrt(0.45 / Math.max(1e-9, layers))));
}

/** Long lines are fainter than short ones: they say less, and together they cover what lies between. */
export function edgeAlpha(alpha: number, length: number, width: number): number {
  return Math.min(1, alpha * Math.min(1, 0.5 + 0.5 * width) * (length < 120 ? 1 : Math.max(0.3, (120 / length) ** 0.6)));
}

/** A style of lines; edges of equal style share paths. */
interface Style {
  color: string;
  alpha: number;
  width: number;
  dash: readonly number[];
}

/** Paints, and gives back what it cost about so often that a frame can stop it in between. */
export function* paintBackdrop(
  ctx: CanvasRenderingContext2D, scene: Scene, looks: Looks, palette: Palette, v: View, what: Backdrop, ratio: number,
): Generator<number, void, void> {
  yield* paintPoints(ctx, scene, looks, palette, v, what.points);
  yield* paintEdges(ctx, scene, looks, palette, v, what, ratio);
}

function* paintPoints(ctx: CanvasRenderingContext2D, scene: Scene, looks: Looks, palette: Palette, v: View, points: Uint32Array): Generator<number, void, void> {
  for (let k = points.length - 1, done = 0; k >= 0; k--) {
    const n = points[k]!;
    ctx.fillStyle = colorOf(scene, palette, n);
    ctx.globalAlpha = looks.node[n] === DIMMED ? 0.08 : 0.28;
    const size = radius(scene.r[n]!, v) * 1.3;
    ctx.fillRect(scene.x[n]! * v.scale + v.ox - size / 2, scene.y[n]! * v.scale + v.oy - size / 2, size, size);
    if (++done % 500 === 0) yield 500 * POINT;
  }
  ctx.globalAlpha = 1;
}

function* paintEdges(
  ctx: CanvasRenderingContext2D, scene: Scene, looks: Looks, palette: Palette, v: View, what: Backdrop, ratio: number,
): Generator<number, void, void> {
  const { edges, fine } = what;
  const { kind, directed, width } = scene.edges;
  const c = newCurve();
  const open = new Map<number, { style: Style; path: number[][]; count: number; heads: number[][] }>();
  const hair = 1 / ratio;
  let cost = 0;
  const flush = (batch: { style: Style; path: number[][]; count: number; heads: number[][] }) => {
    const { style } = batch;
    stroke(ctx, style, batch.path);
    if (batch.heads.length) {
      ctx.fillStyle = style.color;
      ctx.globalAlpha = Math.min(1, style.alpha * 1.5);
      ctx.beginPath();
      for (const h of batch.heads) {
        ctx.moveTo(h[0]!, h[1]!);
        ctx.lineTo(h[2]!, h[3]!);
        ctx.lineTo(h[4]!, h[5]!);
        ctx.closePath();
      }
      ctx.fill();
    }
    cost += batch.count * (style.width > hair ? WIDE : 1) * (style.dash.length ? DASHED : 1);
    batch.path = [];
    batch.heads = [];
    batch.count = 0;
  };
  const faint = calm(scene, edges, v);
  // heads larger than nodes are all that one would see
  const heads = fine && 6 * v.grow > 2.6;
  for (const e of edges) {
    curveOf(c, scene, e, v);
    if (c.length < 1) continue;
    const k = kind[e]!;
    const look = palette.kinds[k] ?? palette.kinds[0]!;
    const dim = looks.edge[e] === DIMMED || looks.node[scene.edges.head[e]!] === DIMMED || looks.node[scene.edges.tail[e]!] === DIMMED;
    let w = edgeWidth(width[e]!, v);
    let alpha = edgeAlpha(look.alpha, c.length, w) * (dim ? 0.22 : faint);
    if (w * ratio < 1.7) {
      alpha = Math.min(1, alpha * Math.max(0.75, Math.min(1.25, w * ratio)));
      w = hair;
    } else w = Math.round(w * 2) / 2;
    // a handful of steps of each, so that most lines share their style with others
    const step = Math.max(1, Math.round(alpha * 32));
    const dash = fine && !dim && c.length > 24 ? look.dash : [];
    const key = ((k * 2 + (dash.length ? 1 : 0)) * 64 + step) * 64 + Math.round(w * 4);
    let batch = open.get(key);
    if (!batch) open.set(key, (batch = { style: { color: look.color, alpha: step / 32, width: w, dash }, path: [], count: 0, heads: [] }));
    const line = linePoints(c, fine);
    batch.path.push(line);
    batch.count += line.length / 2 - 1;
    if (heads && !dim && directed[e] === 1) {
      const head = arrow(c, scene, e, v, arrowSize(w, v));
      if (head) batch.heads.push(head);
    }
    if (batch.count >= PIECES) flush(batch);
    if (cost > 250) {
      yield cost;
      cost = 0;
    }
  }
  for (const batch of open.values()) {
    flush(batch);
    if (cost > 250) {
      yield cost;
      cost = 0;
    }
  }
  ctx.globalAlpha = 1;
  ctx.setLineDash([]);
}

/** The length of an arrow head, in pixels. */
export function arrowSize(width: number, v: View): number {
  return (5.5 + 1.5 * width) * Math.min(1, Math.max(0.6, 1.2 * Math.sqrt(v.grow)));
}

/** A curve as straight pieces: x, y, x, y … */
function linePoints(c: Curve, fine: boolean): number[] {
  const points = [c.x0, c.y0];
  const count = pieces(c, fine);
  for (let k = 1; k < count; k++) points.push(...along(c, k / count));
  points.push(c.x1, c.y1);
  return points;
}

function stroke(ctx: CanvasRenderingContext2D, style: Style, lines: number[][]): void {
  ctx.strokeStyle = style.color;
  ctx.globalAlpha = style.alpha;
  ctx.lineWidth = style.width;
  ctx.setLineDash(style.dash as number[]);
  ctx.beginPath();
  for (const line of lines) {
    ctx.moveTo(line[0]!, line[1]!);
    for (let k = 2; k < line.length; k += 2) ctx.lineTo(line[k]!, line[k + 1]!);
  }
  ctx.stroke();
}
