/** A page with nothing but the drawing: `#n=5000&m=15000&dark=1&motion=1`. For browser tests and for measuring. */
import { DARK, Drawing, everything, LIGHT } from "../src/draw/index.ts";
import { synthetic } from "./synthetic.ts";

const asked = new URLSearchParams(location.hash.slice(1));
const n = Number(asked.get("n") ?? 500);
const palette = asked.get("dark") ? DARK : LIGHT;
document.body.style.cssText = `margin:0;height:100vh;background:${palette.ground};overflow:hidden`;
const host = document.createElement("div");
host.style.cssText = "position:absolute;inset:0";
document.body.append(host);
const card = document.createElement("div");
card.style.cssText = "position:absolute;left:14px;top:14px;width:200px;height:220px;border:1px solid #8888;pointer-events:none";
if (asked.get("card")) document.body.append(card);
const scene = synthetic(n, Number(asked.get("m") ?? 3 * n));
const begin = performance.now();
const drawing = new Drawing(host, scene, palette, { obstacles: () => (card.isConnected ? [card.getBoundingClientRect()] : []), motion: asked.get("motion") === "1" });
drawing.on("frame", () => {
  if (drawing.stats().frames === 1) document.body.dataset["first"] = String(performance.now() - begin);
  document.body.dataset["ready"] = "yes";
});
/** How many colours a picture has, of every 97th of its pixels. */
function colours(picture: HTMLCanvasElement | ImageBitmap): number {
  const { width, height } = picture;
  const ctx = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d", { willReadFrequently: true })!;
  ctx.drawImage(picture, 0, 0);
  const { data } = ctx.getImageData(0, 0, width, height);
  const found = new Set<number>();
  for (let i = 0; i < data.length; i += 4 * 97) found.add((data[i]! << 16) | (data[i + 1]! << 8) | data[i + 2]!);
  return found.size;
}
Object.assign(window, { drawing, scene, everything, colours });
