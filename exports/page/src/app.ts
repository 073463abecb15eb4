import { type Model, type Node, isPaper, paperNode, paperOf } from "./core/model.ts";
import { type Shown, filter, isShown, keysOf, neighbours } from "./core/filter.ts";
import { type Selection, type Show, type State, Store, nodeKey, start, toggled } from "./core/state.ts";
import type { Source } from "./source/source.ts";
import { count } from "./dom.ts";
import { Reports } from "./export/report.ts";
import type { Reporting } from "./ui/report.ts";

/** What has changed, for those who show it. */
export interface Change {
  selection: boolean;
  shown: boolean;
  table: boolean;
  camera: boolean;
  /** What nodes are sized and coloured by. */
  look: boolean;
  draft: boolean;
  data: boolean;
}

/** The page as the parts of it see it: the model, the state, and what can be done. */
export class App implements Reporting {
  readonly model: Model;
  readonly source: Source;
  readonly initial: State;
  readonly store: Store;
  shown: Shown;
  /** A path that is being asked for: its ends, as far as they are chosen. */
  draft: { from: string | null; to: string | null } | null = null;
  /** Says something to screen readers, or to everybody. */
  say: (text: string) => void = () => undefined;
  toast: (text: string) => void = () => undefined;
  readonly reports = new Reports();
  #views: ((change: Change) => void)[] = [];
  #asked = 0;

  constructor(model: Model, source: Source) {
    this.model = model;
    this.source = source;
    this.initial = start(model.data.kinds);
    this.store = new Store(this.initial);
    this.shown = filter(model, this.initial.show);
    this.store.on((now, before) => {
      if (now.show !== before.show) this.shown = filter(this.model, now.show);
      this.#changed({ selection: now.selection !== before.selection, shown: now.show !== before.show, table: now.table !== before.table || now.query !== before.query, camera: now.camera !== before.camera, look: now.size !== before.size || now.color !== before.color });
    });
  }

  get state(): State {
    return this.store.state;
  }

  get relations(): readonly { name: string; forward: string }[] {
    return this.model.data.relations;
  }

  get types(): string[] {
    return this.model.data.types.map((t) => t.name);
  }

  async names(typed: string, most: number): Promise<string[]> {
    // of what is found, papers are no concepts
    const { found } = await this.source.search(typed, 3 * most);
    return found.filter((one) => one.concept !== undefined).slice(0, most).map((one) => one.label);
  }

  ids(label: string): string[] {
    const { concepts } = this.model.data;
    return concepts.label.flatMap((own, n) => (own === label ? [concepts.id[n]!] : []));
  }

  onChange(view: (change: Change) => void): void {
    this.#views.push(view);
  }

  #changed(change: Partial<Change>): void {
    const whole = { selection: false, shown: false, table: false, camera: false, look: false, draft: false, data: false, ...change };
    for (const view of this.#views) view(whole);
  }

  /** Merges what a server answered. */
  add(part: Parameters<Model["merge"]>[0] | null): boolean {
    if (!part) return false;
    this.model.merge(part);
    this.shown = filter(this.model, this.state.show);
    this.#changed({ data: true, shown: true });
    return true;
  }

  /** The nodes that the selection names: one, or the two ends of an edge or path; [] where nothing is selected or it is not here. */
  nodes(selection = this.state.selection): Node[] {
    if (!selection) return [];
    if ("concept" in selection) return this.#known(this.model.conceptAt.get(selection.concept));
    if ("paper" in selection) {
      const paper = this.model.paperAt.get(selection.paper);
      return paper === undefined ? [] : [paperNode(paper)];
    }
    if ("edge" in selection) {
      const edge = this.model.edgeAt.get(selection.edge);
      return edge === undefined ? [] : [this.model.head[edge]!, this.model.tail[edge]!];
    }
    return [...this.#known(this.model.conceptAt.get(selection.path.from)), ...this.#known(this.model.conceptAt.get(selection.path.to))];
  }

  #known(node: number | undefined): Node[] {
    return node === undefined ? [] : [node];
  }

  /** The one node that is selected. */
  get node(): Node | null {
    const { selection } = this.state;
    return selection && ("concept" in selection || "paper" in selection) ? (this.nodes()[0] ?? null) : null;
  }

  selectionOf(node: Node): Selection {
    return isPaper(node) ? { paper: this.model.id(node) } : { concept: this.model.id(node) };
  }

  /** Selects, asks the source for what the page does not have yet, and takes back filters that would hide what was asked for. */
  async select(selection: Selection | null): Promise<void> {
    const asked = ++this.#asked;
    this.setDraft(null);
    if (selection) {
      try {
        await this.#fetch(selection);
      } catch (error) {
        this.toast(error instanceof Error ? error.message : String(error));
      }
      if (asked !== this.#asked) return; // something else was selected meanwhile
    }
    this.store.set({ selection, camera: null, show: selection ? this.#revealing(selection) : this.state.show });
  }

  async #fetch(selection: Selection): Promise<void> {
    if ("concept" in selection) this.add(await this.source.concept(selection.concept));
    else if ("paper" in selection) this.add(await this.source.paper(selection.paper));
    else if ("path" in selection) {
      const part = await this.source.path(selection.path.from, selection.path.to);
      this.add(part);
      // a search that the server gave up
      if (part?.notes.length) this.toast(part.notes.join(" "));
    } else {
      const [kind, head, tail] = selection.edge.split("/").map(decodeURIComponent);
      this.add(await this.source.edge(kind ?? "", head ?? "", tail ?? ""));
    }
  }

  #revealing(selection: Selection): Show {
    let show: Show = this.state.show;
    const nodes = this.nodes(selection);
    for (const node of nodes) {
      if (isShown(this.shown, node) || (isPaper(node) && !this.model.papers.node[paperOf(node)])) continue;
      const key = nodeKey(this.model.id(node), isPaper(node));
      show = { ...show, types: toggled(show.types, this.model.type(node), false), hidden: toggled(show.hidden, key, false), only: show.only ? toggled(show.only, key, true) : null };
      const now = filter(this.model, show);
      if (!isShown(now, node)) show = { ...show, years: null };
      if (!isShown(filter(this.model, show), node)) show = { ...show, relations: new Set() };
    }
    if ("edge" in selection) {
      const edge = this.model.edgeAt.get(selection.edge);
      if (edge !== undefined && show.kinds.has(this.model.kind(edge))) show = { ...show, kinds: toggled(show.kinds, this.model.kind(edge), false) };
      if (edge !== undefined && !filter(this.model, show).edges[edge]) show = { ...show, relations: new Set(), years: null };
    }
    return show;
  }

  setDraft(draft: App["draft"]): void {
    if (draft === this.draft) return;
    this.draft = draft;
    this.#changed({ draft: true });
  }

  /** Begins a path, from the selected concept if there is one; with both ends chosen, shows it. */
  async path(from: string | null, to: string | null): Promise<void> {
    if (from !== null && to !== null && from !== to) await this.select({ path: { from, to, nth: 0 } });
    else this.setDraft({ from, to: from === to ? null : to });
  }

  // --- what is shown -------------------------------------------------------------------------------------------------

  /** Shows the neighbours of a node that are hidden, or not yet among those chosen. */
  async expand(node: Node): Promise<void> {
    const { only, hidden } = this.state.show;
    const visible = (key: string): boolean => !hidden.has(key) && (only === null || only.has(key));
    const before = new Set(keysOf(this.model, this.#around(node)).filter(visible));
    if (!isPaper(node)) {
      try {
        this.add(await this.source.neighbourhood(this.model.id(node)));
      } catch (error) {
        this.toast(error instanceof Error ? error.message : String(error));
      }
    }
    // what was hidden or not kept, and what a server has brought
    const keys = keysOf(this.model, this.#around(node));
    const fresh = keys.filter((key) => !before.has(key));
    if (fresh.length === 0) {
      this.toast(`All neighbours of ${this.model.label(node)} that the filters allow are shown already.`);
      return;
    }
    if (!fresh.every(visible)) this.store.show({ only: only ? new Set([...only, ...keys]) : null, hidden: new Set([...hidden].filter((key) => !fresh.includes(key))) });
    this.toast(`${count(fresh.length, "neighbour")} of ${this.model.label(node)} added.`);
  }

  /** Shows a node and its neighbours, and nothing else. */
  isolate(node: Node): void {
    const near = this.#around(node);
    this.store.show({ only: new Set(keysOf(this.model, [node, ...near])), hidden: new Set() });
    this.toast(`Only ${this.model.label(node)} and ${count(near.length, "neighbour")} are shown.`);
  }

  /** Neighbours over kinds of edges that are on; over all where that gives none. */
  #around(node: Node): Node[] {
    const on = new Set<Node>();
    for (const edge of this.model.edgesOf.get(node) ?? []) if (!this.state.show.kinds.has(this.model.kind(edge))) on.add(this.model.other(edge, node));
    on.delete(node);
    return on.size ? [...on] : neighbours(this.model, node);
  }

  hide(nodes: Node[]): void {
    if (nodes.length === 0) return;
    const keys = keysOf(this.model, nodes);
    const { selection } = this.state;
    const gone = this.node !== null && nodes.includes(this.node);
    this.store.show({ hidden: new Set([...this.state.show.hidden, ...keys]) }, { selection: gone ? null : selection });
    this.toast(nodes.length === 1 ? `${this.model.label(nodes[0]!)} is hidden.` : `${count(nodes.length, "node")} are hidden.`);
  }

  hideNeighbours(node: Node): void {
    this.hide(neighbours(this.model, node, this.shown).filter((other) => isShown(this.shown, other)));
  }

  /** Keeps these nodes only; with `reveal`, all lines among them are switched on. */
  keep(nodes: Node[], reveal = false): void {
    this.store.show({ only: new Set(keysOf(this.model, nodes)), hidden: new Set(), ...(reveal ? { kinds: new Set<string>() } : {}) });
    this.toast(`${count(nodes.length, "node")} kept${reveal ? `, with ${count(this.shown.counts.edges, "line")} among them` : ""}.`);
  }

  /** Takes back all filters and hidden nodes. */
  showAll(): void {
    this.store.set({ show: this.initial.show, query: "" });
    this.toast("Everything on the page is shown.");
  }

  undo(): void {
    this.toast(this.store.undo() ? "Undone." : "Nothing to undo.");
  }

  redo(): void {
    this.toast(this.store.redo() ? "Done again." : "Nothing to do again.");
  }
}
