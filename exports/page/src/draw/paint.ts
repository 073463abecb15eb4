/** Paints nodes, bright edges and names on a canvas. */
import { arrowSize } from "./backdrop.ts";
import { arrow, curveOf, newCurve } from "./curve.ts";
import { fontOf, WORDS_FONT, type NodeMark, type Picture } from "./picture.ts";
import { colorOf } from "./palette.ts";
import { outline } from "./shapes.ts";
import type { Palette, Scene } from "./types.ts";

export function paintPicture(ctx: CanvasRenderingContext2D, scene: Scene, palette: Palette, picture: Picture, ratio: number): void {
  paintBrightEdges(ctx, scene, palette, picture, ratio);
  for (const mark of picture.nodes) paintNode(ctx, scene, palette, mark);
  paintTexts(ctx, palette, picture);
}

function paintBrightEdges(ctx: CanvasRenderingContext2D, scene: Scene, palette: Palette, picture: Picture, ratio: number): void {
  const c = newCurve();
  const v = picture.view;
  for (const mark of picture.edges) {
    curveOf(c, scene, mark.edge, v);
    const kind = palette.kinds[scene.edges.kind[mark.edge]!] ?? palette.kinds[0]!;
    const color = mark.strong ? palette.accent : kind.color;
    ctx.strokeStyle = color;
    ctx.fillStyle = color;
    ctx.lineWidth = mark.width || 1 / ratio;
    ctx.globalAlpha = mark.strong ? 0.95 : Math.min(1, kind.alpha + 0.35);
    // dashes of hundreds of thin lines cost more than they say
    ctx.setLineDash(mark.width > 0 ? (kind.dash as number[]) : []);
    ctx.beginPath();
    ctx.moveTo(c.x0, c.y0);
    if (c.bent) ctx.quadraticCurveTo(c.cx, c.cy, c.x1, c.y1);
    else ctx.lineTo(c.x1, c.y1);
    ctx.stroke();
    if (scene.edges.directed[mark.edge] !== 1 || mark.width === 0) continue;
    const head = arrow(c, scene, mark.edge, v, arrowSize(mark.width, v));
    if (!head) continue;
    ctx.globalAlpha = 1;
    ctx.beginPath();
    ctx.moveTo(head[0], head[1]);
    ctx.lineTo(head[2], head[3]);
    ctx.lineTo(head[4], head[5]);
    ctx.closePath();
    ctx.fill();
  }
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
}

function paintNode(ctx: CanvasRenderingContext2D, scene: Scene, palette: Palette, m: NodeMark): void {
  ctx.fillStyle = colorOf(scene, palette, m.node);
  ctx.globalAlpha = m.dim && !m.hovered ? 0.16 : m.bright ? 1 : Math.min(1, 0.72 + 0.05 * m.r); // the many small ones are softer
  ctx.beginPath();
  // no shape can be told at a small size
  if (m.r < 2.2) ctx.arc(m.x, m.y, m.r, 0, 2 * Math.PI);
  else outline(ctx, m.type, m.x, m.y, m.r);
  ctx.fill();
  if (m.r >= 3.5 && !m.dim) {
    // a line of the ground's colour keeps nodes apart that touch
    ctx.strokeStyle = palette.ground;
    ctx.lineWidth = 1;
    ctx.stroke();
  }
  ctx.globalAlpha = 1;
  if (m.chosen || m.hovered) {
    ctx.beginPath();
    outline(ctx, m.type, m.x, m.y, m.r + 3.5);
    ctx.strokeStyle = m.chosen ? palette.accent : palette.ink;
    ctx.lineWidth = m.chosen ? 2.5 : 1.5;
    ctx.stroke();
  }
}

function paintTexts(ctx: CanvasRenderingContext2D, palette: Palette, picture: Picture): void {
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  ctx.strokeStyle = palette.halo;
  ctx.lineWidth = 3.5;
  ctx.font = WORDS_FONT;
  ctx.fillStyle = palette.soft;
  for (const w of picture.words) {
    ctx.strokeText(w.text, w.x, w.y);
    ctx.fillText(w.text, w.x, w.y);
  }
  for (const l of picture.labels) {
    ctx.font = fontOf(l.size, l.weight);
    ctx.fillStyle = l.quiet ? palette.soft : palette.ink;
    ctx.strokeText(l.text, l.x, l.y);
    ctx.fillText(l.text, l.x, l.y);
  }
}
