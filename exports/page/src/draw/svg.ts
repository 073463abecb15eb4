/** The picture as an SVG file that opens alone: shapes, lines and texts, nothing outside it. */
import { arrowSize, calm, edgeAlpha, edgeWidth } from "./backdrop.ts";
import type { View } from "./camera.ts";
import { arrow, curveOf, newCurve, type Curve } from "./curve.ts";
import { FAMILY } from "./labels.ts";
import type { Inline } from "./land.ts";
import { colorOf } from "./palette.ts";
import type { Picture } from "./picture.ts";
import { polygon, short } from "./shapes.ts";
import { DIMMED, type Looks, type Palette, type Scene } from "./types.ts";

/** Nodes that an SVG holds: programs that edit it become slow beyond. */
export const SVG_NODES = 2000;

/** A text between tags or in an attribute. Characters that XML does not allow are left out. */
export function escaped(text: string): string {
  return text
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "")
    .replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

/**
 * Writes what a frame shows. `edges` are those beneath the nodes, `points` counts the nodes in the view that have no shape at this
 * zoom, and `ground` is the picture beneath all. What is left out is said in the file.
 */
export function writeSvg(
  scene: Scene, looks: Looks, palette: Palette, picture: Picture, edges: Uint32Array, points: number, ground: Inline | null, title: string, about = "",
): string {
  const { width, height } = picture.view;
  const within = picture.nodes.filter((m) => m.x + m.r > 0 && m.y + m.r > 0 && m.x - m.r < width && m.y - m.r < height);
  const important = new Set([...within].sort((a, b) => Number(b.chosen) - Number(a.chosen) || a.node - b.node).slice(0, SVG_NODES).map((m) => m.node));
  const left = within.length - important.size, all = within.length + points;
  const note = all > important.size ? `The ${important.size} most important of ${all} nodes in this picture; the others are left out.` : `${all} nodes.`;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${short(width)}" height="${short(height)}" viewBox="0 0 ${short(width)} ${short(height)}" font-family="${escaped(FAMILY)}">`,
    `<title>${escaped(title)}</title><desc>${escaped(about ? `${about} ${note}` : note)}</desc>`,
    `<rect width="100%" height="100%" fill="${escaped(palette.ground)}"/>`,
  ];
  if (ground) {
    const place = `x="${short(ground.x)}" y="${short(ground.y)}" width="${short(ground.width)}" height="${short(ground.height)}"`;
    parts.push(`<image ${place} preserveAspectRatio="none" href="${escaped(ground.url)}"/>`);
  }
  const has = (e: number) => left === 0 || (important.has(scene.edges.head[e]!) && important.has(scene.edges.tail[e]!));
  parts.push(`<g fill="none">`, ...beneath(scene, looks, palette, picture.view, edges, has), ...bright(scene, palette, picture, has), `</g>`);
  parts.push(`<g stroke="${escaped(palette.ground)}" stroke-width="1">`);
  for (const m of within) {
    if (!important.has(m.node)) continue;
    const fill = `fill="${escaped(colorOf(scene, palette, m.node))}"${m.dim ? ' fill-opacity="0.16" stroke="none"' : m.chosen ? ` stroke="${escaped(palette.accent)}" stroke-width="2.5"` : ""}`;
    const points = polygon(m.type, m.x, m.y, m.r);
    const name = `<title>${escaped(scene.label[m.node] ?? "")}</title>`;
    parts.push(points ? `<polygon points="${points}" ${fill}>${name}</polygon>` : `<circle cx="${short(m.x)}" cy="${short(m.y)}" r="${short(m.r)}" ${fill}>${name}</circle>`);
  }
  parts.push(`</g><g text-anchor="middle" paint-order="stroke" stroke="${escaped(palette.halo)}" stroke-width="3.5" stroke-linejoin="round">`);
  for (const w of picture.words) if (has(w.edge)) parts.push(text(w.x, w.y, 11, w.text, `font-style="italic" fill="${escaped(palette.soft)}"`));
  for (const l of picture.labels) if (important.has(l.node)) parts.push(text(l.x, l.y, l.size, l.text, `font-weight="${l.weight}" fill="${escaped(l.quiet ? palette.soft : palette.ink)}"`));
  parts.push("</g></svg>\n");
  return parts.join("\n");
}

function text(x: number, y: number, size: number, words: string, style: string): string {
  // many programs do not know dominant-baseline: the baseline lies a third of the size below the middle
  return `<text x="${short(x)}" y="${short(y + 0.35 * size)}" font-size="${size}" ${style}>${escaped(words)}</text>`;
}

function d(c: Curve): string {
  const from = `M${short(c.x0)} ${short(c.y0)}`;
  return c.bent ? `${from}Q${short(c.cx)} ${short(c.cy)} ${short(c.x1)} ${short(c.y1)}` : `${from}L${short(c.x1)} ${short(c.y1)}`;
}

function line(c: Curve, color: string, alpha: number, width: number, dash: readonly number[], head: readonly number[] | null): string {
  const dashes = dash.length ? ` stroke-dasharray="${dash.join(" ")}"` : "";
  const drawn = `<path d="${d(c)}" stroke="${escaped(color)}" stroke-opacity="${short(alpha)}" stroke-width="${short(width)}"${dashes}/>`;
  if (!head) return drawn;
  const [ax, ay, bx, by, cx, cy] = head.map(short);
  return `${drawn}<path d="M${ax} ${ay}L${bx} ${by}L${cx} ${cy}Z" fill="${escaped(color)}" fill-opacity="${short(Math.min(1, alpha * 1.5))}"/>`;
}

function* beneath(scene: Scene, looks: Looks, palette: Palette, v: View, edges: Uint32Array, has: (e: number) => boolean): Generator<string, void, void> {
  const c = newCurve();
  const faint = calm(scene, edges, v);
  for (const e of edges) {
    if (!has(e)) continue;
    curveOf(c, scene, e, v);
    const kind = palette.kinds[scene.edges.kind[e]!] ?? palette.kinds[0]!;
    const width = edgeWidth(scene.edges.width[e]!, v);
    const dim = looks.edge[e] === DIMMED || looks.node[scene.edges.head[e]!] === DIMMED || looks.node[scene.edges.tail[e]!] === DIMMED;
    const alpha = edgeAlpha(kind.alpha, c.length, width) * (dim ? 0.22 : faint);
    const head = scene.edges.directed[e] === 1 && !dim ? arrow(c, scene, e, v, arrowSize(width, v)) : null;
    yield line(c, kind.color, alpha, Math.max(0.6, width), kind.dash, head);
  }
}

function* bright(scene: Scene, palette: Palette, picture: Picture, has: (e: number) => boolean): Generator<string, void, void> {
  const c = newCurve();
  for (const m of picture.edges) {
    if (!has(m.edge)) continue;
    curveOf(c, scene, m.edge, picture.view);
    const kind = palette.kinds[scene.edges.kind[m.edge]!] ?? palette.kinds[0]!;
    const head = scene.edges.directed[m.edge] === 1 ? arrow(c, scene, m.edge, picture.view, arrowSize(m.width, picture.view)) : null;
    yield line(c, m.strong ? palette.accent : kind.color, m.strong ? 0.95 : Math.min(1, kind.alpha + 0.35), Math.max(0.8, m.width), kind.dash, head);
  }
}
