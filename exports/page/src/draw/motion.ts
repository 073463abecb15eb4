import { between } from "./camera.ts";
import type { Camera } from "./types.ts";

/** A camera that stands or is on its way. */
export class Motion {
  now: Camera = { x: 0, y: 0, scale: 1 };
  private way: { readonly from: Camera; readonly to: Camera; readonly begin: number; readonly ms: number } | null = null;

  /** Where it is, or where it goes. */
  get goal(): Camera {
    return this.way?.to ?? this.now;
  }

  get moving(): boolean {
    return this.way !== null;
  }

  /** Sets out from where it is now; 0 milliseconds: it is there at once. */
  go(to: Camera, ms: number): void {
    this.way = ms > 0 ? { from: this.now, to, begin: performance.now(), ms } : null;
    if (ms <= 0) this.now = to;
  }

  /** Moves on to where it is at a time of `performance.now()`; it slows down towards the end. */
  step(time: number): void {
    if (!this.way) return;
    const { from, to, begin, ms } = this.way;
    const t = Math.max(0, Math.min(1, (time - begin) / ms));
    this.now = between(from, to, 1 - (1 - t) ** 3);
    if (t >= 1) this.way = null;
  }
}
