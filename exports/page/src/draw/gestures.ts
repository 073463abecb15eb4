/** Wheel, drag and pinch over the canvas, as moves of the camera, clicks and hovering. Distances are pixels. */

export interface Gestures {
  /** `follow`: fingers are on the picture, which stays under them at once. */
  zoom(factor: number, x: number, y: number, follow: boolean): void;
  pan(dx: number, dy: number): void;
  click(x: number, y: number, event: MouseEvent, touch: boolean): void;
  /** The pointer is over the canvas and nothing is held; null: it has left. */
  hover(at: readonly [number, number] | null, event: MouseEvent): void;
}

/** A pointer that moves by less is still a click. */
const STILL = 4;

/** Listens until the function that it gives back is called. */
export function listen(canvas: HTMLCanvasElement, g: Gestures): () => void {
  const held = new Map<number, { x: number; y: number }>();
  let moved = 0, start: { x: number; y: number } | null = null;
  const at = (event: MouseEvent) => {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const pinch = () => {
    const [a, b] = [...held.values()];
    return { x: (a!.x + b!.x) / 2, y: (a!.y + b!.y) / 2, d: Math.hypot(a!.x - b!.x, a!.y - b!.y) };
  };
  const stop = new AbortController();
  const on = <K extends keyof HTMLElementEventMap>(name: K, f: (event: HTMLElementEventMap[K]) => void, passive = true) =>
    canvas.addEventListener(name, f, { signal: stop.signal, passive });

  on("wheel", (event) => {
    event.preventDefault();
    const p = at(event);
    // lines and pages of a wheel that counts so; the pinch of a touchpad comes as a wheel with ctrl
    const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
    const by = Math.max(-240, Math.min(240, event.deltaY * unit)) * (event.ctrlKey ? 0.01 : 0.0022);
    g.zoom(Math.exp(-by), p.x, p.y, false);
  }, false);
  on("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    held.set(event.pointerId, at(event));
    if (held.size === 1) {
      start = at(event);
      moved = 0;
    } else moved = Infinity; // two fingers never click
  });
  on("pointermove", (event) => {
    const p = at(event);
    const last = held.get(event.pointerId);
    if (!last) {
      if (event.pointerType === "mouse" && held.size === 0) g.hover([p.x, p.y], event);
      return;
    }
    if (held.size >= 2) {
      const before = pinch();
      held.set(event.pointerId, p);
      const after = pinch();
      g.pan(after.x - before.x, after.y - before.y);
      if (before.d > 0 && after.d > 0) g.zoom(after.d / before.d, after.x, after.y, true);
      return;
    }
    held.set(event.pointerId, p);
    const far = Math.hypot(p.x - start!.x, p.y - start!.y);
    if (moved <= STILL && far > STILL) {
      canvas.style.cursor = "grabbing";
      g.pan(p.x - start!.x, p.y - start!.y);
    } else if (moved > STILL) g.pan(p.x - last.x, p.y - last.y);
    moved = Math.max(moved, far);
  });
  const release = (event: PointerEvent) => {
    if (!held.delete(event.pointerId)) return;
    canvas.style.cursor = "";
    if (event.type === "pointerup" && held.size === 0 && moved <= STILL) {
      const p = at(event);
      g.click(p.x, p.y, event, event.pointerType !== "mouse");
    }
  };
  on("pointerup", release);
  on("pointercancel", release);
  on("pointerleave", (event) => {
    if (held.size === 0) g.hover(null, event);
  });
  return () => stop.abort();
}

/** Calls when the device's pixels change: the window moves to another screen, or the page is zoomed. Gives what ends it. */
export function onDensity(f: () => void): () => void {
  const stop = new AbortController();
  const next = () => {
    const changed = () => {
      f();
      if (!stop.signal.aborted) next();
    };
    matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`).addEventListener("change", changed, { once: true, signal: stop.signal });
  };
  next();
  return () => stop.abort();
}
