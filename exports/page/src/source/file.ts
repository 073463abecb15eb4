import { type PageData, readData } from "../data.ts";
import { count } from "../dom.ts";
import type { Answer, Source } from "./source.ts";
import { Names } from "./names.ts";

/** The data in the file itself. */
export class FileSource implements Source {
  readonly searchesAll = false;
  #data: PageData | null = null;
  #index: { concepts: Names; papers: Names } | null = null;

  async all(): Promise<PageData> {
    return (this.#data ??= await readData());
  }

  async search(text: string, limit: number): Promise<Answer> {
    const data = await this.all();
    const { concepts, papers } = this.index(data);
    const found = [
      ...concepts.search(text).map((f) => ({ ...f, paper: false, weight: data.concepts.papers[f.owner] ?? 0 })),
      // a title answers after a name that answers as well: it has many words
      ...papers.search(text).map((f) => ({ ...f, paper: true, rank: f.rank === 0 ? 0 : f.rank + 1.5, weight: data.papers.year[f.owner] ?? 0 })),
    ].sort((a, b) => a.rank - b.rank || Number(a.paper) - Number(b.paper) || b.weight - a.weight || a.owner - b.owner);
    return {
      total: found.length,
      found: found.slice(0, limit).map(({ owner, name, paper }) => {
        const label = (paper ? data.papers.title[owner] : data.concepts.label[owner]) ?? "";
        const as = name === label ? null : name;
        if (paper) return { paper: data.papers.id[owner]!, label, as, type: "Paper", detail: String(data.papers.year[owner] ?? "") };
        return { concept: data.concepts.id[owner]!, label, as, type: data.types[data.concepts.type[owner]!]?.name ?? "", detail: count(data.concepts.papers[owner] ?? 0, "paper") };
      }),
    };
  }

  /** Made once; the page asks for it when it has nothing else to do. */
  index(data: PageData): { concepts: Names; papers: Names } {
    if (this.#index) return this.#index;
    const [concepts, papers] = [new Names(), new Names()];
    const c = data.concepts;
    c.id.forEach((id, i) => concepts.add(i, [c.label[i]!, ...(c.names[i] ?? []), id, ...(c.identifiers[i] ?? [])]));
    data.papers.id.forEach((id, i) => papers.add(i, [data.papers.title[i]!, id, ...(data.papers.doi[i] ? [data.papers.doi[i]] : [])]));
    return (this.#index = { concepts, papers });
  }

  async concept(): Promise<null> {
    return null;
  }

  async paper(): Promise<null> {
    return null;
  }

  async edge(): Promise<null> {
    return null;
  }

  async neighbourhood(): Promise<null> {
    return null;
  }

  async path(): Promise<null> {
    return null;
  }
}
