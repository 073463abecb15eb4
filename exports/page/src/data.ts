/**
 * What a page holds. Written by Python (`exports`), read here; columns instead of records, so that a large graph parses fast.
 * Numbers of concepts, papers and sentences are places in the columns of these.
 */
export interface PageData {
  format: 1;
  /** Heading, and a line such as "113 papers · 512 concepts". */
  title: string;
  about: string;
  /** What is left out, in words; `cut`: concepts are left out. */
  notes: string[];
  cut: boolean;
  /** What the IRIs of the graph begin with. */
  base: string;
  /** Of the whole graph, not only of what is on the page. */
  counts: { papers: number; concepts: number; links: number; relations: number };
  types: TypeOf[];
  /** Relations of papers to concepts, and of concepts to concepts, with the words for either direction. */
  relations: RelationOf[];
  conceptRelations: RelationOf[];
  kinds: KindOf[];
  /** By falling size. */
  communities: Community[];
  /** What analyses found; left out where there is nothing. */
  properties?: { concepts: PropertyOf[]; papers: PropertyOf[] };
  concepts: Concepts;
  papers: Papers;
  sentences: string[];
  links: Links;
  edges: Edges;
  /** Papers a year over the graph; `concepts[i]` is aligned with `of`, or empty. */
  years: { of: number[]; papers?: number[]; concepts: number[][] } | null;
}

export interface Community {
  label: string;
  size: number;
  top: number[];
  /** The last one: concepts of small groups, which are no community together. */
  rest?: boolean;
}

/** A column of `values`: numbers, or places among the names of classes, those of most members first. */
export type PropertyOf = { name: string; label: string } & ({ kind: "number"; low: number; high: number } | { kind: "class"; classes: string[] });

export interface TypeOf {
  name: string;
  plural: string;
  shown: number;
  total: number;
}

export interface RelationOf {
  name: string;
  /** Words from head to tail, and back. */
  forward: string;
  backward: string;
}

export type KindName = "text" | "catalog" | "together" | "link";

export interface KindOf {
  name: KindName;
  label: string;
  about: string;
  shown: number;
  /** Whether it is drawn at first. */
  on: boolean;
}

/** The most important first: by papers, then relations, then id. */
export interface Concepts {
  id: string[];
  label: string[];
  type: number[];
  papers: number[];
  known: (0 | 1)[];
  community: number[];
  x: number[];
  y: number[];
  r: number[];
  /** Other names; identifiers elsewhere as prefix:local. */
  names: string[][];
  identifiers: string[][];
  first: (number | null)[];
  /** Links of this concept that the page leaves out. */
  more: number[];
  /** By `PageData.properties`. */
  values?: (number | null)[][];
}

/** Those that are nodes come first. */
export interface Papers {
  id: string[];
  title: string[];
  year: (number | null)[];
  venue: (string | null)[];
  url: (string | null)[];
  authors: string[][];
  doi: (string | null)[];
  node: (0 | 1)[];
  x: (number | null)[];
  y: (number | null)[];
  values?: (number | null)[][];
}

/** [sentence, start, end, start, end, …]: marks in UTF-16 units. */
export type Quote = number[];

export interface Links {
  concept: number[];
  paper: number[];
  relation: number[];
  /** 0 … 1. */
  confidence: number[];
  variant: string[];
  /** What people decided of it ("relink", "relation", …), or nothing. */
  correction: string[];
  quotes: Quote[][];
  /** Sentences there are in all. */
  total: number[];
  /** Runners-up, [label, score], best first. */
  others: [string, number][][];
}

/** [paper, confidence, sentence, start, end, …] */
export type Evidence = number[];

/** [relation, papers, places, evidence]: a relation that an edge stands for. */
export type EdgeRelation = [number, number, number, Evidence[]];

/** Ends are numbers of concepts, or `concepts.id.length + paper` for papers that are nodes. */
export interface Edges {
  kind: number[];
  head: number[];
  tail: number[];
  papers: number[];
  /** Earliest year among its papers. */
  first: (number | null)[];
  relations: EdgeRelation[][];
}

/** The data of the page: JSON as it stands, or gzip in base64. */
export async function readData(): Promise<PageData> {
  const element = document.getElementById("data");
  if (!element) throw new Error("the page has no element with the id data");
  const text = element.textContent ?? "";
  if (element.dataset["encoding"] !== "gzip-base64") return JSON.parse(text) as PageData;
  const binary = atob(text.trim());
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text()) as PageData;
}
