/** A picture as a PNG file. */
import type { Size } from "./camera.ts";

/** Most pixels on one side, which all browsers can still hold. */
export const MOST_PIXELS = 8192;

/** Paints a picture of a size with so many pixels for each of the screen. */
export function toPng(size: Size, ratio: number, paint: (ctx: CanvasRenderingContext2D) => void): Promise<Blob> {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(size.width * ratio));
  canvas.height = Math.max(1, Math.round(size.height * ratio));
  const ctx = canvas.getContext("2d", { alpha: false })!;
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  paint(ctx);
  return new Promise((done, failed) => canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("the browser made no PNG of this size"))), "image/png"));
}
