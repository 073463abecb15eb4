import type { PageData } from "../data.ts";
import { count } from "../dom.ts";
import { reach, Refused } from "./reach.ts";
import type { Answer, Found, Source } from "./source.ts";

/** What /api/search answers with, as far as it is used here (docs/reference/api.md). */
interface Searched {
  total: number;
  items: { kind: "concept" | "paper"; id: string; label: string; type: string; papers: number | null; year: number | null; name: string }[];
}

/** A server that has the whole graph: `kg serve`. What it has answered once is kept as long as the page is open. */
export class HttpSource implements Source {
  readonly searchesAll = true;
  #base: string;
  #known = new Map<string, Promise<unknown>>();

  constructor(base = "/api") {
    this.#base = base;
  }

  async all(): Promise<PageData> {
    return this.#ask<PageData>("page", {});
  }

  async search(text: string, limit: number): Promise<Answer> {
    const q = text.trim().slice(0, 300);
    const answer = await this.#ask<Searched>("search", { q, limit: String(limit) });
    return { total: answer.total, found: answer.items.map(found) };
  }

  concept(id: string): Promise<PageData | null> {
    return this.#part("concept", { id });
  }

  paper(id: string): Promise<PageData | null> {
    return this.#part("paper", { id });
  }

  edge(kind: string, head: string, tail: string): Promise<PageData | null> {
    return this.#part("edge", { kind, head, tail });
  }

  neighbourhood(id: string): Promise<PageData | null> {
    return this.#part("neighbours", { id });
  }

  path(from: string, to: string): Promise<PageData | null> {
    return this.#part("path", { head: from, tail: to });
  }

  /** A part of the graph; null where the server has nothing by that id. */
  async #part(name: string, parameters: Record<string, string>): Promise<PageData | null> {
    try {
      // the model takes the columns of what is merged as its own, so each time another copy
      return structuredClone(await this.#ask<PageData>(`page/${name}`, parameters));
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return null;
      throw error;
    }
  }

  #ask<T>(path: string, parameters: Record<string, string>): Promise<T> {
    const query = new URLSearchParams(parameters).toString();
    const address = `${this.#base}/${path}${query ? `?${query}` : ""}`;
    const known = this.#known.get(address);
    if (known) return known as Promise<T>;
    const asked = reach(address).then((answer) => answer.json() as Promise<T>);
    this.#known.set(address, asked);
    if (this.#known.size > 500) this.#known.delete(this.#known.keys().next().value!);
    // what failed is asked again
    asked.catch(() => this.#known.delete(address));
    return asked;
  }
}

function found(item: Searched["items"][number]): Found {
  const as = item.name === item.label ? null : item.name;
  if (item.kind === "paper") return { paper: item.id, label: item.label, as, type: "Paper", detail: String(item.year ?? "") };
  return { concept: item.id, label: item.label, as, type: item.type, detail: count(item.papers ?? 0, "paper") };
}
