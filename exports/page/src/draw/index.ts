/** The drawing of a graph on a canvas: one renderer that is good with a graphics processor and without (docs/decisions/0020-renderer.md). */
import { paintBackdrop } from "./backdrop.ts";
import { core, extent, fitted, growth, roomBeside, view, zoomAt, type Box, type Size, type View } from "./camera.ts";
import { allowance, chooseEdges, chooseNodes, countIn, edgeOrder, edgesAt, notHidden, tally, type Choice, type EdgeChoice, type Tally } from "./detail.ts";
import { listen, onDensity } from "./gestures.ts";
import { Widths } from "./labels.ts";
import { Ground } from "./land.ts";
import { Motion } from "./motion.ts";
import { paintPicture } from "./paint.ts";
import { NOTHING, pick } from "./pick.ts";
import { compose, type Picture } from "./picture.ts";
import { MOST_PIXELS, toPng } from "./png.ts";
import { Sheet } from "./sheet.ts";
import { writeSvg } from "./svg.ts";
import { everything, type Camera, type Drawn, type Hit, type Looks, type Palette, type Scene } from "./types.ts";

export { DARK, LIGHT } from "./palette.ts";
export { CORNERS, SHAPES, type Shape } from "./shapes.ts";
export { SVG_NODES } from "./svg.ts";
export { BRIGHT, DIMMED, everything, HIDDEN, NORMAL } from "./types.ts";
export type { Camera, Drawn, Hit, Looks, Palette, Scene } from "./types.ts";

export interface Options {
  /** What lies over the picture, such as a legend, in coordinates of the window: no name is written there. */
  readonly obstacles: () => DOMRect[];
  /** false: the picture changes at once (`prefers-reduced-motion`). */
  readonly motion: boolean;
}

type Listeners = {
  click: (hit: Hit, event: MouseEvent) => void;
  hover: (hit: Hit, event: MouseEvent) => void;
  camera: (camera: Camera) => void;
  frame: () => void;
};

/** How many times as large as the whole fits, and how many times as large as laid out, the picture may become. */
const OUT = 0.5, IN = 4;
/** The whole is not shown larger than this, however small it is. */
const LARGEST = 1.2;
/** Some nodes are shown at most so many times as large as the whole fits. */
const NEAR = 8;
const TOLERANCE = 5, TOUCH_TOLERANCE = 14;
/** Of more edges, dashes and arrow heads are not drawn: they would only be noise. */
const FINE = 3000;

export class Drawing {
  private readonly canvas = document.createElement("canvas");
  private readonly ctx: CanvasRenderingContext2D;
  private readonly sheet = new Sheet();
  private readonly widths: Widths;
  private readonly order: Uint32Array;
  private readonly range: readonly [number, number];
  private readonly whole: Box;
  private readonly listeners: { [K in keyof Listeners]: Set<Listeners[K]> } = { click: new Set(), hover: new Set(), camera: new Set(), frame: new Set() };
  private readonly undo: (() => void)[] = [];
  private size: Size = { width: 0, height: 0 };
  private ratio = 1;
  private readonly motion = new Motion();
  private looks: Looks;
  private tally: Tally;
  private readonly ground = new Ground();
  private hover: Hit = NOTHING;
  /** Of the node under the pointer. */
  private near: readonly number[] = [];
  private frame = 0;
  private choice: Choice | null = null;
  private beneath: EdgeChoice & { points: Uint32Array } = { edges: new Uint32Array(0), cut: false, points: new Uint32Array(0) };
  private picture: Picture | null = null;
  private times = { frames: 0, last: 0, sum: 0 };
  private waiting: (() => void)[] = [];

  constructor(private readonly host: HTMLElement, private readonly scene: Scene, private colors: Palette, private readonly options: Options) {
    this.ctx = this.canvas.getContext("2d", { alpha: false })!;
    this.widths = new Widths(document.createElement("canvas").getContext("2d")!);
    this.order = edgeOrder(scene);
    this.range = [scene.r.reduce((a, b) => Math.min(a, b), Infinity), scene.r.reduce((a, b) => Math.max(a, b), 0)];
    this.whole = core(scene, [...scene.x.keys()]) ?? { left: -1, top: -1, right: 1, bottom: 1 };
    this.looks = everything(scene);
    this.tally = tally(scene, this.looks);
    const style = this.canvas.style;
    style.display = "block";
    style.position = "absolute";
    style.inset = "0";
    style.width = style.height = "100%";
    style.touchAction = "none";
    host.append(this.canvas);
    this.resize();
    this.fit();
    const watch = new ResizeObserver(() => this.resize());
    watch.observe(host);
    this.undo.push(() => watch.disconnect());
    this.undo.push(onDensity(() => this.resize()));
    this.undo.push(
      listen(this.canvas, {
        zoom: (factor, x, y, follow) => {
          const from = this.motion.goal;
          this.go(zoomAt(from, this.size, this.within(from.scale * factor) / from.scale, x, y), follow ? 0 : 140);
        },
        pan: (dx, dy) => this.pan(dx, dy),
        click: (x, y, event, touch) => {
          const hit = this.find(x, y, touch ? TOUCH_TOLERANCE : TOLERANCE);
          for (const f of this.listeners.click) f(hit, event);
        },
        // by the last frame: a new one is on its way where something changed
        hover: (at, event) => this.point(at ? this.seen(at[0], at[1], TOLERANCE) : NOTHING, event),
      }),
    );
  }

  /** Which nodes and edges are hidden, dimmed, bright or selected. */
  set(looks: Looks): void {
    this.ground.changed(this.looks, looks);
    this.looks = looks;
    this.tally = tally(this.scene, looks);
    this.sheet.stale();
    this.ask();
  }

  palette(colors: Palette): void {
    this.colors = colors;
    this.ground.stale();
    this.sheet.stale();
    this.ask();
  }

  /** Where the camera is; while it moves by itself, where it goes. */
  get camera(): Camera {
    return { ...this.motion.goal };
  }

  move(camera: Camera, animate = true): void {
    this.go({ ...camera, scale: this.within(camera.scale) }, animate && this.size.width > 0 ? 350 : 0);
  }

  /** Shows some nodes, or all that are not hidden, beside what lies over the picture. */
  fit(nodes?: readonly number[]): void {
    const part = (nodes?.length ? extent(this.scene, nodes) : core(this.scene, notHidden(this.looks))) ?? this.whole;
    const room = roomBeside(this.size, this.cards(), Math.min(40, this.size.width / 12));
    const first = this.times.frames === 0;
    this.move(fitted(part, this.size, room, nodes?.length ? Math.min(1.5, NEAR * this.fitScale()) : LARGEST), !first);
  }

  /** Closer (above 1) or away from the middle of the picture. */
  zoom(factor: number): void {
    const from = this.camera;
    this.move({ ...from, scale: from.scale * factor });
  }

  /** Moves the picture by pixels. */
  pan(dx: number, dy: number): void {
    const from = this.motion.now;
    this.go({ ...from, x: from.x - dx / from.scale, y: from.y - dy / from.scale }, 0);
  }

  /** Listens; the function that comes back ends it. */
  on<K extends keyof Listeners>(name: K, f: Listeners[K]): () => void {
    this.listeners[name].add(f);
    return () => this.listeners[name].delete(f);
  }

  /** What is at a place of the host, in pixels from its corner. */
  at(x: number, y: number): Hit {
    return this.find(x, y, TOLERANCE);
  }

  /** Where a node is, in pixels from the host's corner. */
  screen(node: number): { x: number; y: number } {
    const v = this.view();
    return { x: this.scene.x[node]! * v.scale + v.ox, y: this.scene.y[node]! * v.scale + v.oy };
  }

  /** The nodes that the last frame names. */
  labels(): number[] {
    return this.picture?.labels.map((l) => l.node) ?? [];
  }

  /** The boxes of all texts of the last frame, in pixels from the host's corner. */
  boxes(): Box[] {
    return [...(this.picture?.labels ?? []), ...(this.picture?.words ?? [])].map(({ left, top, right, bottom }) => ({ left, top, right, bottom }));
  }

  /** How much of the scene the last frame shows. */
  drawn(): Drawn {
    const v = this.view();
    const nodes = countIn(this.scene, v, this.choice?.nodes ?? []), points = countIn(this.scene, v, this.choice?.points ?? []);
    return {
      nodes, inView: nodes + points, ofNodes: this.tally.nodes,
      edges: this.beneath.edges.length + this.tally.top.length, ofEdges: this.tally.edges,
      cut: points > 0 || this.beneath.cut,
    };
  }

  /** Waits until nothing is left to draw. */
  idle(): Promise<void> {
    return this.frame === 0 ? Promise.resolve() : new Promise((done) => this.waiting.push(done));
  }

  /** The view as a PNG with `scale` pixels for each of the screen. */
  png(scale = 2): Promise<Blob> {
    const k = Math.min(scale, MOST_PIXELS / Math.max(1, this.size.width, this.size.height));
    const v = this.view(k);
    const { choice, picture, edges } = this.compose(v);
    return toPng(v, k, (ctx) => {
      ctx.fillStyle = this.colors.ground;
      ctx.fillRect(0, 0, v.width, v.height);
      this.ground.paint(ctx, this.scene, this.looks, this.colors, v);
      const what = { edges, points: choice.points, fine: edges.length < FINE };
      for (const _ of paintBackdrop(ctx, this.scene, this.looks, this.colors, v, what, k)) continue;
      paintPicture(ctx, this.scene, this.colors, picture, k);
    });
  }

  /** The view as an SVG file of up to `SVG_NODES` nodes; with more it says in its description, behind `about`, what is left out. */
  svg(title = document.title, about = ""): string {
    const v = this.view(1);
    const { choice, picture, edges } = this.compose(v);
    const points = countIn(this.scene, v, choice.points);
    return writeSvg(this.scene, this.looks, this.colors, picture, edges, points, this.ground.image(this.scene, this.looks, this.colors, v), title, about);
  }

  /** Frames so far, and the milliseconds that drawing took in the last one and on average. */
  stats(): { frames: number; last: number; mean: number } {
    const { frames, last, sum } = this.times;
    return { frames, last, mean: frames ? sum / frames : 0 };
  }

  destroy(): void {
    cancelAnimationFrame(this.frame);
    for (const f of this.undo) f();
    this.canvas.remove();
    for (const done of this.waiting.splice(0)) done();
  }

  private view(ratio = this.ratio): View {
    const drawn = allowance(this.tally.nodes, 0, 1);
    // where all nodes are of one size, they are not the smallest
    return view(this.motion.now, this.size, ratio, growth(this.motion.now.scale, this.fitScale(), this.size, drawn, Math.min(this.range[0], this.range[1] / 4)));
  }

  private within(scale: number): number {
    const fit = this.fitScale();
    return Math.max(OUT * Math.min(1, fit), Math.min(Math.max(IN, fit * IN), scale));
  }

  private fitScale(): number {
    return fitted(this.whole, this.size, { left: 0, top: 0, right: this.size.width, bottom: this.size.height }, LARGEST).scale;
  }

  /** Boxes over the picture, from its corner. */
  private cards(): Box[] {
    const own = this.host.getBoundingClientRect();
    return this.options.obstacles().map((b) => ({ left: b.left - own.left, top: b.top - own.top, right: b.right - own.left, bottom: b.bottom - own.top }));
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.host;
    const ratio = window.devicePixelRatio || 1;
    if (width === this.size.width && height === this.size.height && ratio === this.ratio) return;
    const before = this.size;
    this.size = { width, height };
    this.ratio = ratio;
    this.canvas.width = Math.max(1, Math.round(width * ratio));
    this.canvas.height = Math.max(1, Math.round(height * ratio));
    this.sheet.stale();
    // a host that had no size yet could not be fitted
    if (before.width === 0 || before.height === 0) this.fit();
    // a canvas that changes its size is empty: drawn at once, so that no empty one is seen
    if (width > 0 && height > 0 && this.times.frames > 0) this.draw();
    this.ask();
  }

  private go(camera: Camera, ms: number): void {
    this.motion.go(camera, this.options.motion ? ms : 0);
    if (!this.motion.moving) for (const f of this.listeners.camera) f(this.motion.now);
    this.ask();
  }

  private point(hit: Hit, event: MouseEvent): void {
    if (hit.node === this.hover.node && hit.edge === this.hover.edge) return;
    this.hover = hit;
    this.near = hit.node === null ? [] : edgesAt(this.scene, this.looks, hit.node);
    this.canvas.style.cursor = hit.node !== null || hit.edge !== null ? "pointer" : "";
    for (const f of this.listeners.hover) f(hit, event);
    this.ask();
  }

  private find(x: number, y: number, tolerance: number): Hit {
    if (!this.picture || this.frame !== 0) this.draw();
    return this.seen(x, y, tolerance);
  }

  private seen(x: number, y: number, tolerance: number): Hit {
    return this.picture ? pick(this.scene, this.picture, this.choice!.points, this.beneath.edges, x, y, tolerance) : NOTHING;
  }

  /** All that a view shows, for a picture of its own. */
  private compose(v: View): { choice: Choice; picture: Picture; edges: Uint32Array } {
    const choice = chooseNodes(this.scene, this.looks, null, v, this.fitScale(), this.tally.nodes);
    const { edges } = chooseEdges(this.scene, this.looks, this.order, v, choice.rank);
    return { choice, edges, picture: compose(this.scene, this.looks, NOTHING, choice, this.tally.top, v, this.range, [], this.widths, this.picture?.labels) };
  }

  /** Draws in the next frame. Nothing runs while nothing changes. */
  private ask(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame((time) => this.tick(time));
  }

  private tick(time: number): void {
    this.frame = 0;
    if (this.motion.moving) {
      this.motion.step(time);
      for (const f of this.listeners.camera) f(this.motion.now);
    }
    const more = this.draw();
    if (more || this.motion.moving) this.ask();
    for (const f of this.listeners.frame) f();
    if (this.frame === 0) for (const done of this.waiting.splice(0)) done();
  }

  /** Draws. True: the backdrop is not whole yet. */
  private draw(): boolean {
    if (this.size.width === 0 || this.size.height === 0) return false;
    const begin = performance.now();
    const { ctx, scene, ratio } = this;
    const v = this.view();
    const fit = this.fitScale();
    this.choice = chooseNodes(scene, this.looks, this.hover.node, v, fit, this.tally.nodes);
    const more = this.sheet.step(v, ratio, (on, wide) => {
      const { rank, points } = chooseNodes(scene, this.looks, null, wide, fit, this.tally.nodes);
      this.beneath = { ...chooseEdges(scene, this.looks, this.order, wide, rank), points };
      const fine = this.beneath.edges.length < FINE;
      this.ground.paint(on, scene, this.looks, this.colors, wide);
      return paintBackdrop(on, scene, this.looks, this.colors, wide, { ...this.beneath, fine }, ratio);
    });
    this.picture = compose(scene, this.looks, this.hover, this.choice, [...this.tally.top, ...this.near], v, this.range, this.cards(), this.widths, this.picture?.labels);
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.fillStyle = this.colors.ground;
    ctx.fillRect(0, 0, v.width, v.height);
    this.sheet.put(ctx, v);
    paintPicture(ctx, scene, this.colors, this.picture, ratio);
    const took = performance.now() - begin;
    this.times = { frames: this.times.frames + 1, last: took, sum: this.times.sum + took };
    return more;
  }
}
