import type { Concepts, PageData, Papers } from "../data.ts";

/**
 * An end of an edge, and what can be selected in the drawing: a concept as its number, a paper as -1 - its number. Unlike the ends
 * in the data, these stay the same when concepts are added.
 */
export type Node = number;

export const paperNode = (paper: number): Node => -1 - paper;
export const paperOf = (node: Node): number => -1 - node;
export const isPaper = (node: Node): boolean => node < 0;

/** The data of the page with its indices, and with what comes later from a server. */
export class Model {
  readonly data: PageData;
  readonly conceptAt = new Map<string, number>();
  readonly paperAt = new Map<string, number>();
  /** Links by concept and by paper, edges by node. */
  byConcept: number[][] = [];
  byPaper: number[][] = [];
  edgesOf = new Map<Node, number[]>();
  head: Node[] = [];
  tail: Node[] = [];

  constructor(data: PageData) {
    this.data = data;
    this.head = data.edges.head.map((end) => this.#node(end, data.concepts.id.length));
    this.tail = data.edges.tail.map((end) => this.#node(end, data.concepts.id.length));
    this.#index();
  }

  get concepts(): Concepts {
    return this.data.concepts;
  }

  get papers(): Papers {
    return this.data.papers;
  }

  get size(): number {
    return this.data.concepts.id.length;
  }

  label(node: Node): string {
    return (isPaper(node) ? this.papers.title[paperOf(node)] : this.concepts.label[node]) ?? "";
  }

  id(node: Node): string {
    return (isPaper(node) ? this.papers.id[paperOf(node)] : this.concepts.id[node]) ?? "";
  }

  /** Name of the type: Task, Dataset, …, Paper. */
  type(node: Node): string {
    return isPaper(node) ? "Paper" : (this.data.types[this.concepts.type[node] ?? 0]?.name ?? "");
  }

  kind(edge: number): string {
    return this.data.kinds[this.data.edges.kind[edge] ?? 0]?.name ?? "";
  }

  other(edge: number, node: Node): Node {
    return this.head[edge] === node ? this.tail[edge]! : this.head[edge]!;
  }

  year(paper: number): number | null {
    return this.papers.year[paper] ?? null;
  }

  /** kind/head/tail with percent-encoded ids: how addresses name an edge. */
  edgeKey(edge: number): string {
    return edgeKey(this.kind(edge), this.id(this.head[edge]!), this.id(this.tail[edge]!));
  }

  /** Edges by their key; made when it is first asked for, since a large page has many and needs few. */
  get edgeAt(): ReadonlyMap<string, number> {
    return (this.#edgeAt ??= new Map(this.head.map((_, edge) => [this.edgeKey(edge), edge])));
  }
  #edgeAt: Map<string, number> | null = null;

  /** Words of an edge from head to tail. */
  words(edge: number): string {
    const kind = this.kind(edge);
    if (kind === "together") {
      const papers = this.data.edges.papers[edge] ?? 0;
      return papers === 1 ? "1 paper" : `${papers.toLocaleString("en")} papers`;
    }
    const names = kind === "link" ? this.data.relations : this.data.conceptRelations;
    return (this.data.edges.relations[edge] ?? []).map((r) => names[r[0]]?.forward ?? "").join(", ");
  }

  /** Adds what a part of the graph has and this has not; concepts, papers, links and edges that are here already stay as they are, but for what was cut. */
  merge(part: PageData): void {
    const years = this.data.years;
    const sameYears = years !== null && part.years !== null && part.years.of.join() === years.of.join();
    const concept = part.concepts.id.map((id, i) => {
      const known = this.size;
      const at = this.#add(this.conceptAt, id, this.concepts, part.concepts, i);
      if (at === known) years?.concepts.push(sameYears ? (part.years!.concepts[i] ?? []) : []);
      return at;
    });
    const paper = part.papers.id.map((id, i) => this.#add(this.paperAt, id, this.papers, part.papers, i));
    part.concepts.more.forEach((more, i) => {
      this.concepts.more[concept[i]!] = Math.min(more, this.concepts.more[concept[i]!] ?? more);
    });
    const sentenceAt = new Map(this.data.sentences.map((text, i) => [text, i]));
    const sentence = part.sentences.map((text) => sentenceAt.get(text) ?? this.data.sentences.push(text) - 1);
    const linkAt = new Map(this.data.links.concept.map((c, i) => [`${c} ${this.data.links.paper[i]}`, i]));
    part.links.concept.forEach((c, i) => {
      const row = { ...rowOf(part.links, i), concept: concept[c]!, paper: paper[part.links.paper[i]!]! };
      row.quotes = row.quotes.map(([s, ...marks]) => [sentence[s!]!, ...marks]);
      put(this.data.links, row, linkAt.get(`${row.concept} ${row.paper}`));
    });
    const edgeAt = this.edgeAt;
    part.edges.kind.forEach((_, i) => {
      const node = (end: number): Node => (end < part.concepts.id.length ? concept[end]! : paperNode(paper[end - part.concepts.id.length]!));
      const row = rowOf(part.edges, i);
      const kind = this.data.kinds.findIndex((k) => k.name === part.kinds[row.kind]?.name);
      if (kind < 0) return;
      const [head, tail] = [node(row.head), node(row.tail)];
      row.kind = kind;
      row.relations = row.relations.map(([r, papers, places, evidence]) => [r, papers, places, evidence.map(([p, c, s, ...marks]) => [paper[p!]!, c!, sentence[s!]!, ...marks])]);
      const known = edgeAt.get(edgeKey(this.data.kinds[kind]!.name, this.id(head), this.id(tail)));
      put(this.data.edges, row, known);
      if (known === undefined) {
        this.head.push(head);
        this.tail.push(tail);
      }
    });
    this.#index();
  }

  #node(end: number, concepts: number): Node {
    return end < concepts ? end : paperNode(end - concepts);
  }

  #add<T extends object>(at: Map<string, number>, id: string, to: T, from: T, i: number): number {
    const known = at.get(id);
    if (known !== undefined) return known;
    put(to, rowOf(from, i), undefined);
    at.set(id, at.size);
    return at.size - 1;
  }

  #index(): void {
    const { concepts, papers, links } = this.data;
    concepts.id.forEach((id, i) => this.conceptAt.set(id, i));
    papers.id.forEach((id, i) => this.paperAt.set(id, i));
    this.byConcept = concepts.id.map(() => []);
    this.byPaper = papers.id.map(() => []);
    links.concept.forEach((concept, i) => {
      this.byConcept[concept]?.push(i);
      this.byPaper[links.paper[i]!]?.push(i);
    });
    this.edgesOf = new Map();
    this.#edgeAt = null;
    this.head.forEach((head, edge) => {
      const tail = this.tail[edge]!;
      for (const end of head === tail ? [head] : [head, tail]) {
        const known = this.edgesOf.get(end);
        if (known) known.push(edge);
        else this.edgesOf.set(end, [edge]);
      }
    });
  }
}

export function edgeKey(kind: string, head: string, tail: string): string {
  return `${kind}/${encodeURIComponent(head)}/${encodeURIComponent(tail)}`;
}

type Row<T> = { [K in keyof T]: T[K] extends (infer V)[] ? V : never };

function rowOf<T extends object>(columns: T, i: number): Row<T> {
  return Object.fromEntries(Object.entries(columns).map(([key, column]) => [key, (column as unknown[])[i]])) as Row<T>;
}

function put<T extends object>(columns: T, row: Row<T>, at: number | undefined): void {
  for (const [key, column] of Object.entries(columns)) {
    const value = (row as Record<string, unknown>)[key];
    if (at === undefined) (column as unknown[]).push(value);
    else (column as unknown[])[at] = value;
  }
}
