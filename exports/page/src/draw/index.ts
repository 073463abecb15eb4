/** The drawing of a graph on a canvas: one renderer that is good with a graphics processor and without (docs/decisions/0020-renderer.md). */
import { paintBackdrop } from "./backdrop.ts";
import { between, core, extent, fitted, growth, roomBeside, view, zoomAt, type Box, type Size, type View } from "./camera.ts";
import { allowance, chooseEdges, chooseNodes, edgeOrder, onTop, type Choice, type EdgeChoice } from "./detail.ts";
import { listen } from "./gestures.ts";
import { Widths } from "./labels.ts";
import { landImage, landOf, paintLand, type Land } from "./land.ts";
import { paintPicture } from "./paint.ts";
import { NOTHING, pick } from "./pick.ts";
import { compose, type Picture } from "./picture.ts";
import { Sheet } from "./sheet.ts";
import { writeSvg } from "./svg.ts";
import { everything, HIDDEN, NORMAL, type Camera, type Drawn, type Hit, type Looks, type Palette, type Scene } from "./types.ts";

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
const OUT = 0.5, IN = 6;
const TOLERANCE = 5, TOUCH_TOLERANCE = 14;
/** Most of a picture's pixels on one side, which all browsers can still hold. */
const MOST_PIXELS = 8192;

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
  private now: Camera = { x: 0, y: 0, scale: 1 };
  private goal: { from: Camera; to: Camera; begin: number; ms: number } | null = null;
  private looks: Looks;
  private visible = 0;
  private visibleEdges = 0;
  private topEdges: number[] = [];
  private land: { readonly of: Land; readonly image: HTMLCanvasElement } | null | undefined = undefined;
  private hover: Hit = NOTHING;
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
    this.count();
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
    // device pixels change when the window moves to another screen or the page is zoomed
    const dense = () => this.resize();
    window.addEventListener("resize", dense);
    this.undo.push(() => watch.disconnect(), () => window.removeEventListener("resize", dense));
    this.undo.push(
      listen(this.canvas, {
        zoom: (factor, x, y) => this.zoomTo(factor, x, y),
        pan: (dx, dy) => this.pan(dx, dy),
        click: (x, y, event, touch) => {
          const hit = this.find(x, y, touch ? TOUCH_TOLERANCE : TOLERANCE);
          for (const f of this.listeners.click) f(hit, event);
        },
        hover: (at, event) => this.point(at ? this.find(at[0], at[1], TOLERANCE) : NOTHING, event),
      }),
    );
  }

  /** Which nodes and edges are hidden, dimmed, bright or selected. */
  set(looks: Looks): void {
    // the ground depends on which nodes are hidden or dimmed only
    if (looks.node.some((look, n) => look < NORMAL !== this.looks.node[n]! < NORMAL)) this.land = undefined;
    this.looks = looks;
    this.count();
    this.sheet.stale();
    this.ask();
  }

  palette(colors: Palette): void {
    this.colors = colors;
    this.land = undefined;
    this.sheet.stale();
    this.ask();
  }

  /** Where the camera is; while it moves by itself, where it goes. */
  get camera(): Camera {
    return { ...(this.goal?.to ?? this.now) };
  }

  move(camera: Camera, animate = true): void {
    const to = { ...camera, scale: this.within(camera.scale) };
    if (animate && this.options.motion && this.size.width > 0) {
      this.goal = { from: this.now, to, begin: performance.now(), ms: 350 };
      this.ask();
    } else this.place(to);
  }

  /** Shows some nodes, or all that are not hidden, beside what lies over the picture. */
  fit(nodes?: readonly number[]): void {
    const part = (nodes?.length ? extent(this.scene, nodes) : core(this.scene, this.shownNodes())) ?? this.whole;
    const room = roomBeside(this.size, this.cards(), Math.min(40, this.size.width / 12));
    const first = this.times.frames === 0;
    this.move(fitted(part, this.size, room, nodes?.length ? 1.5 : 1.2), !first);
  }

  /** Closer (above 1) or away from the middle of the picture. */
  zoom(factor: number): void {
    const from = this.camera;
    this.move({ ...from, scale: from.scale * factor });
  }

  /** Moves the picture by pixels. */
  pan(dx: number, dy: number): void {
    const from = this.now;
    this.place({ ...from, x: from.x - dx / from.scale, y: from.y - dy / from.scale });
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
    const { width, height } = this.size;
    const inside = (n: number) => {
      const p = this.screen(n);
      return p.x >= 0 && p.y >= 0 && p.x <= width && p.y <= height;
    };
    let nodes = 0, points = 0;
    for (const n of this.choice?.nodes ?? []) if (inside(n)) nodes++;
    for (const n of this.choice?.points ?? []) if (inside(n)) points++;
    return {
      nodes, inView: nodes + points, ofNodes: this.visible,
      edges: this.beneath.edges.length + (this.picture?.edges.length ?? 0), ofEdges: this.visibleEdges,
      cut: points > 0 || this.beneath.cut,
    };
  }

  /** Waits until nothing is left to draw. */
  idle(): Promise<void> {
    return this.frame === 0 ? Promise.resolve() : new Promise((done) => this.waiting.push(done));
  }

  /** The view as a PNG with `scale` pixels for each of the screen. */
  async png(scale = 2): Promise<Blob> {
    const { width, height } = this.size;
    const k = Math.min(scale, MOST_PIXELS / Math.max(1, width, height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(width * k));
    canvas.height = Math.max(1, Math.round(height * k));
    const ctx = canvas.getContext("2d", { alpha: false })!;
    ctx.setTransform(k, 0, 0, k, 0, 0);
    ctx.fillStyle = this.colors.ground;
    ctx.fillRect(0, 0, width, height);
    const v = this.view(k);
    const { choice, picture, edges } = this.compose(v, []);
    this.paintGround(ctx, v);
    for (const _ of paintBackdrop(ctx, this.scene, this.looks, this.colors, v, { edges, points: choice.points, fine: edges.length < 3000 }, k)) continue;
    paintPicture(ctx, this.scene, this.colors, picture, k);
    return new Promise((done, failed) => canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("the browser made no PNG of this size"))), "image/png"));
  }

  /** The view as an SVG file of up to `SVG_NODES` nodes; with more it says in its description what is left out. */
  svg(title = document.title): string {
    const { picture, edges } = this.compose(this.view(1), []);
    return writeSvg(this.scene, this.looks, this.colors, picture, edges, title);
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
  }

  private view(ratio = this.ratio): View {
    const drawn = allowance(this.visible, 0, 1);
    return view(this.now, this.size, ratio, growth(this.now.scale, this.fitScale(), this.size, drawn, this.range[0]));
  }

  private shownNodes(): number[] {
    const found: number[] = [];
    this.looks.node.forEach((look, n) => {
      if (look !== HIDDEN) found.push(n);
    });
    return found;
  }

  private within(scale: number): number {
    const fit = this.fitScale();
    return Math.max(OUT * Math.min(1, fit), Math.min(Math.max(IN, fit * IN), scale));
  }

  private fitScale(): number {
    return fitted(this.whole, this.size, { left: 0, top: 0, right: this.size.width, bottom: this.size.height }, Infinity).scale;
  }

  private count(): void {
    const { node, edge } = this.looks;
    this.visible = node.reduce((sum, look) => sum + Number(look !== HIDDEN), 0);
    this.visibleEdges = 0;
    this.topEdges = [];
    const { head, tail } = this.scene.edges;
    for (let e = 0; e < edge.length; e++) {
      if (edge[e] === HIDDEN || node[head[e]!] === HIDDEN || node[tail[e]!] === HIDDEN) continue;
      this.visibleEdges++;
      if (onTop(this.looks, e)) this.topEdges.push(e);
    }
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

  private place(camera: Camera): void {
    this.goal = null;
    this.now = { ...camera, scale: this.within(camera.scale) };
    for (const f of this.listeners.camera) f(this.now);
    this.ask();
  }

  private zoomTo(factor: number, x: number, y: number): void {
    const to = zoomAt(this.camera, this.size, this.within(this.camera.scale * factor) / this.camera.scale, x, y);
    if (!this.options.motion) this.place(to);
    else {
      this.goal = { from: this.now, to, begin: performance.now(), ms: 140 };
      this.ask();
    }
  }

  private point(hit: Hit, event: MouseEvent): void {
    if (hit.node === this.hover.node && hit.edge === this.hover.edge) return;
    this.hover = hit;
    this.canvas.style.cursor = hit.node !== null || hit.edge !== null ? "pointer" : "";
    for (const f of this.listeners.hover) f(hit, event);
    this.ask();
  }

  private find(x: number, y: number, tolerance: number): Hit {
    if (!this.picture || this.frame !== 0) this.draw();
    return this.picture ? pick(this.scene, this.picture, this.choice!.points, this.beneath.edges, x, y, tolerance) : NOTHING;
  }

  private paintGround(ctx: CanvasRenderingContext2D, v: View): void {
    if (this.land === undefined) {
      const of = landOf(this.scene, this.looks);
      this.land = of && { of, image: landImage(of, this.colors) };
    }
    if (this.land) paintLand(ctx, this.land.of, this.land.image, v);
  }

  /** All that a view shows, for a picture of its own. */
  private compose(v: View, cards: Box[]): { choice: Choice; picture: Picture; edges: Uint32Array } {
    const choice = chooseNodes(this.scene, this.looks, v, 0, this.fitScale(), this.visible);
    const { edges } = chooseEdges(this.scene, this.looks, this.order, v, choice.rank);
    return { choice, edges, picture: compose(this.scene, this.looks, NOTHING, choice, this.topEdges, v, this.range, cards, this.widths) };
  }

  /** Draws in the next frame. Nothing runs while nothing changes. */
  private ask(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame((time) => this.tick(time));
  }

  private tick(time: number): void {
    this.frame = 0;
    if (this.goal) {
      const { from, to, begin, ms } = this.goal;
      const t = Math.max(0, Math.min(1, (time - begin) / ms));
      this.now = between(from, to, 1 - (1 - t) ** 3);
      if (t >= 1) this.goal = null;
      for (const f of this.listeners.camera) f(this.now);
    }
    const more = this.draw();
    if (more || this.goal) this.ask();
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
    this.choice = chooseNodes(scene, this.looks, v, 0, fit, this.visible);
    const more = this.sheet.step(v, ratio, (on, wide) => {
      const { rank, points } = chooseNodes(scene, this.looks, wide, 0, fit, this.visible);
      this.beneath = { ...chooseEdges(scene, this.looks, this.order, wide, rank), points };
      const fine = this.beneath.edges.length < 3000;
      this.paintGround(on, wide);
      return paintBackdrop(on, scene, this.looks, this.colors, wide, { ...this.beneath, fine }, ratio);
    });
    this.picture = compose(scene, this.looks, this.hover, this.choice, this.topEdges, v, this.range, this.cards(), this.widths);
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
