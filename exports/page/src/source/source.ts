import type { PageData } from "../data.ts";

/** An answer of the search. */
export interface Found {
  concept?: string;
  paper?: string;
  label: string;
  /** Name of the type; "Paper" for papers. */
  type: string;
  /** The name that answered, if it is not the label. */
  as: string | null;
  /** "12 papers", or the year of a paper. */
  detail: string;
}

export interface Answer {
  found: Found[];
  /** How many there are in all. */
  total: number;
}

/**
 * Where the page has its data from. In a file all of it is there from the start, so that the questions about one thing answer null.
 * A server answers with a part of the graph in the same form (types, kinds and relations in the same order), which is merged into the page;
 * null too where it knows no more than the page, or nothing by that id.
 */
export interface Source {
  /** Whether the search knows the whole graph, and not only what is on the page. */
  readonly searchesAll: boolean;
  /** What the page opens with. */
  all(): Promise<PageData>;
  /** Concepts and papers by any of their names, best first. */
  search(text: string, limit: number): Promise<Answer>;
  concept(id: string): Promise<PageData | null>;
  paper(id: string): Promise<PageData | null>;
  edge(kind: string, head: string, tail: string): Promise<PageData | null>;
  /** A concept's neighbours with the edges to them. */
  neighbourhood(id: string): Promise<PageData | null>;
  /** What is needed to find the paths between two concepts. */
  path(from: string, to: string): Promise<PageData | null>;
}
