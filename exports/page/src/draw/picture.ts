/** What a frame shows on top of its backdrop, worked out once for the canvas, for the SVG and for picking. */
import { radius, shown, type Box, type Size, type View } from "./camera.ts";
import { along, curveOf, newCurve } from "./curve.ts";
import { edgeWidth } from "./backdrop.ts";
import { mayMeet, onTop, type Choice } from "./detail.ts";
import { clipped, FAMILY, fitting, mostLabels, placeLabels, Space, type Candidate, type Disc, type Placed, type Widths } from "./labels.ts";
import { BRIGHT, DIMMED, HIDDEN, type Hit, type Looks, type Scene } from "./types.ts";

export interface NodeMark extends Disc {
  readonly type: number;
  readonly dim: boolean;
  /** Bright, selected or under the pointer. */
  readonly bright: boolean;
  readonly chosen: boolean;
  readonly hovered: boolean;
}

export interface EdgeMark {
  readonly edge: number;
  readonly width: number;
  /** A path, the selected edge or the one under the pointer: in the accent's colour. */
  readonly strong: boolean;
}

export interface Words extends Box {
  readonly edge: number;
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

export interface Picture {
  readonly view: View;
  /** In the order of painting: the most important last. */
  readonly nodes: NodeMark[];
  readonly edges: EdgeMark[];
  readonly labels: Placed[];
  readonly words: Words[];
}

export const WORDS_FONT = `italic 11px ${FAMILY}`;
/** So many nodes of a view, and all that are clearly larger than the smallest, are named even where their names cover smaller nodes. */
const LEADING = 24, LARGER = 11.7;
/** A node that was named in the last frame counts as so much more important, so that names do not come and go with every step. */
const LASTING = 0.3;
/** Names that are tried: far down the order, hardly any finds room. */
const TRIED = 1500;
/** Bright edges drawn with their width and words; of more, each is a thin line. */
const FEW = 60;

export function fontOf(size: number, weight: number): string {
  return `${weight} ${size}px ${FAMILY}`;
}

/** Sizes of names by sizes of nodes, which do not change with the zoom. */
export function labelSize(r: number, least: number, most: number): number {
  const part = most > least ? (r - least) / (most - least) : 0.5;
  return Math.round(2 * (11 + 5 * part)) / 2;
}

export function compose(
  scene: Scene, looks: Looks, hover: Hit, choice: Choice, topEdges: readonly number[], v: View, range: readonly [number, number], cards: readonly Box[], widths: Widths,
  before: readonly Placed[] = [],
): Picture {
  const nodes = marks(scene, looks, hover, choice, v);
  const edges = topMarks(scene, looks, hover, topEdges, v);
  const big = nodes.filter((m) => m.r >= 3 && !m.dim).reverse();
  const space = new Space(v, cards, big.slice(0, 1200));
  const anyDim = nodes.some((m) => m.dim);
  const labels = placeLabels(candidates(scene, looks, nodes, v, range, widths, anyDim, before), space, mostLabels(v));
  return { view: v, nodes, edges, labels, words: words(scene, looks, edges, v, space, widths) };
}

function marks(scene: Scene, looks: Looks, hover: Hit, choice: Choice, v: View): NodeMark[] {
  const dim: NodeMark[] = [], normal: NodeMark[] = [], bright: NodeMark[] = [];
  for (let k = choice.nodes.length - 1; k >= 0; k--) {
    const n = choice.nodes[k]!;
    const look = looks.node[n]!;
    const mark: NodeMark = {
      node: n, x: scene.x[n]! * v.scale + v.ox, y: scene.y[n]! * v.scale + v.oy, r: radius(scene.r[n]!, v), type: scene.type[n]!,
      dim: look === DIMMED, bright: look === BRIGHT || looks.selectedNode === n || hover.node === n, chosen: looks.selectedNode === n, hovered: hover.node === n,
    };
    if (mark.bright) bright.push(mark);
    else if (mark.dim) dim.push(mark);
    else normal.push(mark);
  }
  return [...dim, ...normal, ...bright];
}

function topMarks(scene: Scene, looks: Looks, hover: Hit, top: readonly number[], v: View): EdgeMark[] {
  const strong = new Set(looks.path);
  if (looks.selectedEdge !== null) strong.add(looks.selectedEdge);
  if (hover.edge !== null) strong.add(hover.edge);
  const found: EdgeMark[] = [];
  const many = top.length > 400;
  const box = shown(v, 0);
  for (const e of new Set([...top, ...strong])) {
    if (!mayMeet(box, scene, e) || looks.edge[e] === HIDDEN || looks.node[scene.edges.head[e]!] === HIDDEN || looks.node[scene.edges.tail[e]!] === HIDDEN) continue;
    const width = edgeWidth(scene.edges.width[e]!, v);
    found.push({ edge: e, width: strong.has(e) ? Math.max(2.5, width + 1) : many ? 0 : Math.max(1, width), strong: strong.has(e) });
  }
  return found.sort((a, b) => Number(a.strong) - Number(b.strong) || b.edge - a.edge);
}

function* candidates(
  scene: Scene, looks: Looks, nodes: readonly NodeMark[], v: Size, range: readonly [number, number], widths: Widths, anyDim: boolean,
  before: readonly Placed[],
): Generator<Candidate, void, void> {
  let leading = LEADING;
  const first = (m: NodeMark) => (m.hovered ? 0 : m.chosen ? 1 : looks.node[m.node] === BRIGHT ? 2 : 3);
  const spots = new Map(before.map((label) => [label.node, label.spot]));
  const rankOf = (m: NodeMark) => (m.node < LEADING || !spots.has(m.node) ? m.node : LEADING + (m.node - LEADING) * LASTING);
  const order = nodes.filter((m) => !(anyDim && m.dim && !m.hovered)).map((mark) => ({ mark, first: first(mark), rank: rankOf(mark) }));
  order.sort((a, b) => a.first - b.first || a.rank - b.rank);
  let tried = 0;
  for (const { mark: m, first: rank } of order) {
    if (m.x < -m.r || m.y < -m.r || m.x > v.width + m.r || m.y > v.height + m.r) continue;
    if (++tried > TRIED) return;
    const name = clipped(scene.label[m.node] ?? "", rank < 2 ? 72 : rank === 2 ? 48 : 38);
    if (!name) continue;
    const size = labelSize(scene.r[m.node]!, range[0], range[1]);
    const weight = rank < 2 || size >= 13.5 ? 600 : 450;
    const font = fontOf(size, weight);
    const text = fitting(name, font, v.width - 24, widths);
    yield { node: m.node, x: m.x, y: m.y, r: m.r, text, size, weight, width: widths.of(text, font), leading: rank < 3 || leading-- > 0 || size > LARGER, quiet: rank === 3 && size < 11.5, spot: spots.get(m.node) ?? -1 };
  }
}

/** What bright edges say, in the middle of each, as far as there is room. */
function words(scene: Scene, looks: Looks, edges: readonly EdgeMark[], v: View, space: Space, widths: Widths): Words[] {
  // not those that are only near the pointer: words that come and go with it would flicker
  const wanted = edges.filter((m) => m.strong || onTop(looks, m.edge)).reverse().slice(0, FEW);
  const found: Words[] = [];
  const c = newCurve();
  for (const { edge } of wanted) {
    const text = clipped(scene.edges.text(edge), 60);
    if (!text) continue;
    const w = widths.of(text, WORDS_FONT) / 2 + 3;
    if (curveOf(c, scene, edge, v).length < 2 * w + 12) continue;
    const [x, y] = along(c, 0.5);
    const box = { left: x - w, top: y - 7, right: x + w, bottom: y + 7 };
    if (!space.free(box, null, 0)) continue;
    space.take(box);
    found.push({ ...box, edge, text, x, y });
  }
  return found;
}
