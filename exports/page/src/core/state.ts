/** What the page shows: everything that an address can say, in ids that stay the same when the page is made again. */

import { COLOR, SIZE } from "./properties.ts";

export type Selection = { concept: string } | { paper: string } | { edge: string } | { path: { from: string; to: string; nth: number } };

export interface Show {
  /** Types, kinds of edges, and relations that are switched off; kinds also hold those that are off from the start. */
  types: ReadonlySet<string>;
  kinds: ReadonlySet<string>;
  relations: ReadonlySet<string>;
  years: readonly [number, number] | null;
  /** Only these nodes, if not null; never those that are hidden. Ids of papers begin with "paper:". */
  only: ReadonlySet<string> | null;
  hidden: ReadonlySet<string>;
}

export interface Camera {
  x: number;
  y: number;
  scale: number;
}

export interface State {
  selection: Selection | null;
  show: Show;
  /** What was typed to narrow the table, and which table is open. */
  query: string;
  table: Tab | null;
  camera: Camera | null;
  /** What nodes are sized and coloured by: names of `core/properties.ts`. */
  size: string;
  color: string;
}

export const TABS = ["concepts", "papers", "relations"] as const;
export type Tab = (typeof TABS)[number];

export function start(kinds: { name: string; on: boolean }[]): State {
  return {
    selection: null,
    show: { types: new Set(), kinds: new Set(kinds.filter((k) => !k.on).map((k) => k.name)), relations: new Set(), years: null, only: null, hidden: new Set() },
    query: "",
    table: null,
    camera: null,
    size: SIZE,
    color: COLOR,
  };
}

export const nodeKey = (id: string, paper: boolean): string => (paper ? `paper:${id}` : id);

type Listener = (now: State, before: State) => void;

/** The state with its past: what is shown can be undone and redone; the selection is left to the browser's back and forward. */
export class Store {
  #state: State;
  #past: Show[] = [];
  #future: Show[] = [];
  #listeners: Listener[] = [];

  constructor(state: State) {
    this.#state = state;
  }

  get state(): State {
    return this.#state;
  }

  on(listener: Listener): void {
    this.#listeners.push(listener);
  }

  /** Changes the state. A change of `show` can be undone, unless it comes from an address. */
  set(change: Partial<State>, remember = true): void {
    const before = this.#state;
    const now = { ...before, ...change };
    if (remember && now.show !== before.show) {
      this.#past.push(before.show);
      if (this.#past.length > 200) this.#past.shift();
      this.#future = [];
    }
    this.#state = now;
    for (const listener of this.#listeners) listener(now, before);
  }

  show(change: Partial<Show>, more: Partial<State> = {}): void {
    this.set({ ...more, show: { ...this.#state.show, ...change } });
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  undo(): boolean {
    return this.#travel(this.#past, this.#future);
  }

  redo(): boolean {
    return this.#travel(this.#future, this.#past);
  }

  #travel(from: Show[], to: Show[]): boolean {
    const show = from.pop();
    if (!show) return false;
    to.push(this.#state.show);
    this.set({ show }, false);
    return true;
  }
}

export function toggled<T>(set: ReadonlySet<T>, value: T, present: boolean): Set<T> {
  const next = new Set(set);
  if (present) next.add(value);
  else next.delete(value);
  return next;
}
