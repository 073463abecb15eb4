/**
 * The backdrop on canvases of its own, larger than the screen by a margin. Moving the picture moves the canvas; zooming stretches it
 * while a new one is painted in steps, so that no frame waits for thousands of lines.
 */
import { widened, type View } from "./camera.ts";

/** Beyond the screen, in pixels on each side. */
const MARGIN = 160;
/** What one frame paints, in lines of one pixel: about 10 ms where a processor draws them. */
const STEP = 5000;

interface Front {
  readonly canvas: HTMLCanvasElement;
  readonly view: View;
  readonly made: number;
}

export type Painter = (ctx: CanvasRenderingContext2D, view: View) => Generator<number, void, void>;

export class Sheet {
  private front: Front | null = null;
  private back: (Front & { readonly steps: Generator<number, void, void> }) | null = null;
  private spare: HTMLCanvasElement | null = null;
  /** Counts what made painted sheets stale. */
  private made = 0;

  /** What is painted no longer shows the scene as it is. */
  stale(): void {
    this.made++;
    this.back = null;
  }

  /** Paints on for one frame where this is needed. True: there is more to paint. */
  step(v: View, ratio: number, painter: Painter): boolean {
    if (!this.back) {
      if (this.front && this.front.made === this.made && covers(this.front.view, v)) return false;
      this.back = this.begin(widened(v, MARGIN), ratio, painter);
    }
    for (let cost = 0; cost < STEP; ) {
      const next = this.back.steps.next();
      if (next.done) {
        this.spare = this.front?.canvas ?? null;
        this.front = this.back;
        this.back = null;
        return !(this.front.made === this.made && covers(this.front.view, v));
      }
      cost += next.value;
    }
    return true;
  }

  /** Puts the sheet where the view has it: the whole one, or while there is none the one that is being painted. */
  put(ctx: CanvasRenderingContext2D, v: View): void {
    const sheet = this.front ?? this.back;
    if (!sheet) return;
    const k = v.scale / sheet.view.scale;
    ctx.drawImage(sheet.canvas, v.ox - sheet.view.ox * k, v.oy - sheet.view.oy * k, sheet.view.width * k, sheet.view.height * k);
  }

  private begin(wide: View, ratio: number, painter: Painter): Front & { readonly steps: Generator<number, void, void> } {
    const canvas = this.spare ?? document.createElement("canvas");
    this.spare = null;
    // setting a size clears the canvas
    canvas.width = Math.round(wide.width * ratio);
    canvas.height = Math.round(wide.height * ratio);
    const ctx = canvas.getContext("2d")!;
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    return { canvas, view: wide, made: this.made, steps: painter(ctx, wide) };
  }
}

/** Whether a sheet shows a view as it would be painted now: at its scale, and with all of it inside. */
function covers(sheet: View, v: View): boolean {
  const dx = sheet.ox - v.ox, dy = sheet.oy - v.oy;
  return sheet.scale === v.scale && dx >= 0 && dy >= 0 && dx + v.width <= sheet.width && dy + v.height <= sheet.height;
}
