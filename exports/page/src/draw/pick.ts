/**
 * What lies under the pointer. Only what the last frame shows can be meant, at most some thousand nodes and edges: a pass over them
 * takes less time than building an index of a picture that changes with every frame (docs/decisions/0020-renderer.md).
 */
import { radius, type View } from "./camera.ts";
import { curveOf, distance, newCurve } from "./curve.ts";
import type { Picture } from "./picture.ts";
import type { Hit, Scene } from "./types.ts";

export const NOTHING: Hit = { node: null, edge: null };

/** Nodes before names before points before edges. Distances are pixels; `tolerance` is how far beside something one may point. */
export function pick(
  scene: Scene, picture: Picture, points: Uint32Array, edges: Uint32Array, px: number, py: number, tolerance: number,
): Hit {
  const node = pickNode(picture, px, py, tolerance);
  if (node !== null) return { node, edge: null };
  const label = picture.labels.find((l) => px >= l.left && px <= l.right && py >= l.top && py <= l.bottom);
  if (label) return { node: label.node, edge: null };
  const point = pickPoint(scene, picture.view, points, px, py, tolerance);
  if (point !== null) return { node: point, edge: null };
  const edge = pickEdge(scene, picture, edges, px, py, tolerance);
  return edge === null ? NOTHING : { node: null, edge };
}

/** The uppermost node that the pointer is in, or else the nearest within the tolerance. */
function pickNode(picture: Picture, px: number, py: number, tolerance: number): number | null {
  let best: number | null = null, least = tolerance;
  for (let k = picture.nodes.length - 1; k >= 0; k--) {
    const m = picture.nodes[k]!;
    const beside = Math.hypot(m.x - px, m.y - py) - m.r;
    if (beside <= 0) return m.node;
    if (beside < least) {
      least = beside;
      best = m.node;
    }
  }
  return best;
}

function pickPoint(scene: Scene, v: View, points: Uint32Array, px: number, py: number, tolerance: number): number | null {
  let best: number | null = null, least = Math.min(4, tolerance);
  for (const n of points) {
    const dx = scene.x[n]! * v.scale + v.ox - px, dy = scene.y[n]! * v.scale + v.oy - py;
    if (dx > 30 || dx < -30 || dy > 30 || dy < -30) continue;
    const beside = Math.hypot(dx, dy) - radius(scene.r[n]!, v);
    if (beside < least) {
      least = beside;
      best = n;
    }
  }
  return best;
}

function pickEdge(scene: Scene, picture: Picture, edges: Uint32Array, px: number, py: number, tolerance: number): number | null {
  let best: number | null = null, least = tolerance;
  const c = newCurve();
  const test = (e: number, favour: number) => {
    curveOf(c, scene, e, picture.view);
    const room = least + 0.1 * c.length;
    if (px < Math.min(c.x0, c.x1) - room || px > Math.max(c.x0, c.x1) + room || py < Math.min(c.y0, c.y1) - room || py > Math.max(c.y0, c.y1) + room) return;
    const far = distance(c, px, py) - favour;
    if (far < least) {
      least = far;
      best = e;
    }
  };
  // what is bright is meant rather than what lies beneath it
  for (const m of picture.edges) test(m.edge, 2 + m.width / 2);
  for (const e of edges) test(e, 0);
  return best;
}
