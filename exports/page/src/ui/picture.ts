import type { App, Change } from "../app.ts";
import type { Node } from "../core/model.ts";
import type { Camera } from "../core/state.ts";
import type { Path } from "../core/paths.ts";
import { Drawing, type Hit } from "../draw/index.ts";
import { count, el } from "../dom.ts";
import type { Theme } from "../theme.ts";
import { selectedPath } from "../ways.ts";
import { Stage } from "./scene.ts";

const DOUBLE = 450; // milliseconds between the clicks of a double click

/** The drawing in the page: it shows the state, and turns what is done to it into changes of the state. */
export class Picture {
  readonly host: HTMLElement;
  /** How much is drawn at this zoom, where that is not all. */
  readonly detail = el("p", { id: "detail", class: "soft" });
  stage: Stage;
  drawing: Drawing | null = null;
  readonly #app: App;
  readonly #theme: Theme;
  readonly #obstacles: () => DOMRect[];
  #clicked: { node: Node; time: number } | null = null;
  #touched = -Infinity;

  constructor(app: App, theme: Theme, obstacles: () => DOMRect[]) {
    this.#app = app;
    this.#theme = theme;
    this.#obstacles = obstacles;
    this.stage = new Stage(app.model);
    this.host = el("div", {
      id: "drawing", role: "application", tabindex: 0, "aria-roledescription": "graph",
      "aria-label": "Drawing of the graph. Arrow keys walk from neighbour to neighbour, Enter goes to the evidence. All of it is in the table as well, key T.",
    });
    for (const name of ["pointerdown", "wheel"] as const) this.host.addEventListener(name, () => (this.#touched = performance.now()), { passive: true });
    theme.onChange((palette) => this.drawing?.palette(palette));
    app.onChange((change) => this.#render(change));
  }

  /** Begins to draw: once the host is in the page and has a size. */
  open(): void {
    const motion = !matchMedia("(prefers-reduced-motion: reduce)").matches;
    const before = this.drawing?.camera ?? null;
    this.drawing?.destroy();
    this.drawing = new Drawing(this.host, this.stage.scene, this.#theme.palette, { obstacles: this.#obstacles, motion });
    this.drawing.on("click", (hit, event) => this.#click(hit, event.timeStamp));
    this.drawing.on("camera", () => this.#moved());
    this.drawing.on("frame", () => this.#say());
    this.drawing.set(this.stage.looks(this.#app, this.path()));
    if (before) this.drawing.move(before, false);
  }

  /** The path that is selected. */
  path(): Path | null {
    return selectedPath(this.#app);
  }

  /** Closer or away by hand: that becomes part of the address. */
  zoom(factor: number): void {
    this.#touched = performance.now();
    this.drawing?.zoom(factor);
  }

  fit(): void {
    this.#byItself();
    this.drawing?.fit();
    this.#app.store.set({ camera: null });
  }

  /** What moves from here on is not a movement by hand, whatever was clicked to bring it about. */
  #byItself(): void {
    this.#touched = -Infinity;
    clearTimeout(this.#timer);
  }

  #click(hit: Hit, time: number): void {
    this.#clicking = true; // until what it selects is shown
    const app = this.#app;
    const node = hit.node === null ? null : this.stage.nodes[hit.node]!;
    if (node !== null) {
      const twice = this.#clicked?.node === node && time - this.#clicked.time < DOUBLE;
      this.#clicked = { node, time };
      if (twice) {
        if (app.state.show.only === null) app.isolate(node);
        else void app.expand(node);
      } else if (app.draft && node >= 0) {
        const id = app.model.id(node);
        void (app.draft.from === null ? app.path(id, app.draft.to) : app.path(app.draft.from, id));
      } else void app.select(app.selectionOf(node));
    } else if (hit.edge !== null) void app.select({ edge: app.model.edgeKey(hit.edge) });
    else if (!app.draft) void app.select(null);
  }

  #render(change: Change): void {
    if (change.data || change.look) {
      this.stage = new Stage(this.#app.model, this.#app.state.size, this.#app.state.color);
      if (this.drawing) this.open();
    }
    const { camera } = this.#app.state;
    if (change.selection || change.shown) this.#byItself();
    if (change.camera && camera && camera !== this.#own) this.drawing?.move(camera);
    if (!change.selection && !change.shown && !change.data) return;
    const path = this.path();
    this.drawing?.set(this.stage.looks(this.#app, path));
    // what is left of the picture, or all of it again, is brought into view
    const { only } = this.#app.state.show;
    if (only !== this.#only && this.drawing && !camera) this.drawing.fit();
    else if (change.selection && !camera) this.reveal(path, this.#clicking);
    if (change.selection) this.#clicking = false;
    this.#only = only;
  }

  /** Moves only if what is selected is out of sight, too small, or beneath something; after a click on it, only if it is beneath something. */
  reveal(path: Path | null = this.path(), clicked = false): void {
    const drawing = this.drawing;
    const nodes = (path?.nodes ?? this.#app.nodes()).flatMap((node) => this.stage.at(node) ?? []);
    if (!drawing || nodes.length === 0) return;
    const box = this.host.getBoundingClientRect();
    const cards = this.#obstacles();
    const covered = (n: number): boolean => {
      const { x, y } = drawing.screen(n);
      return cards.some((c) => x + box.left > c.left - 20 && x + box.left < c.right + 20 && y + box.top > c.top - 20 && y + box.top < c.bottom + 20);
    };
    const spots = nodes.map((n) => drawing.screen(n));
    // what was just clicked does not run away from the pointer, which may click again
    if (clicked && (nodes.length > 1 || !covered(nodes[0]!))) return;
    const inside = spots.every(({ x, y }) => x > 40 && x < box.width - 40 && y > 40 && y < box.height - 40) && !nodes.some(covered);
    const wide = (of: number[]): number => Math.max(...of) - Math.min(...of);
    const apart = Math.max(wide(spots.map((s) => s.x)), wide(spots.map((s) => s.y))) > 90;
    if (inside && (nodes.length > 1 ? apart : drawing.camera.scale * this.stage.scene.r[nodes[0]!]! > 3)) return;
    if (nodes.length > 1) return drawing.fit(nodes);
    const at = nodes[0]!;
    const near = [...this.#app.nodes().flatMap((node) => this.#app.model.edgesOf.get(node) ?? [])].filter((e) => this.#app.shown.edges[e]).slice(0, 40);
    const around = near.flatMap((e) => [this.stage.scene.edges.head[e]!, this.stage.scene.edges.tail[e]!]);
    drawing.fit([at, ...around]);
  }

  #moved(): void {
    // by a key, the wheel or a drag, and not by a selection
    if (performance.now() - this.#touched > 1200 || !this.drawing) return;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      if (!this.drawing) return;
      this.#own = this.drawing.camera;
      this.#app.store.set({ camera: this.#own });
    }, 300);
  }
  #timer = 0;
  #clicking = false;
  #only: ReadonlySet<string> | null = null;
  #own: Camera | null = null; // a camera that the address has from here

  #say(): void {
    const drawn = this.drawing?.drawn();
    if (!drawn) return;
    const text = drawn.cut ? `${drawn.nodes.toLocaleString("en")} of ${count(drawn.inView, "node")} and ${drawn.edges.toLocaleString("en")} of ${count(drawn.ofEdges, "line")} are drawn at this zoom; closer shows more` : "";
    if (this.detail.textContent !== text) this.detail.textContent = text;
    this.detail.hidden = !text;
  }
}
