/** Concepts and papers in an answer, and the graph that its rows say, for drawing it. */
import type { Answer, Value } from "./answer.ts";

export const TYPES = ["Task", "Dataset", "Architecture", "Method", "Metric", "Paper"];

export interface Thing {
  kind: "concept" | "paper";
  /** null where only its name is known. */
  id: string | null;
  label: string;
  /** Its type, or "" where the answer does not say. */
  type: string;
}

export interface Graph {
  nodes: Thing[];
  edges: { head: number; tail: number; words: string }[];
  /** Things that are not drawn. */
  left: number;
}

/** Nodes that are drawn at most: more are a ball of lines. */
export const MOST = 150;

/** The thing of an IRI of the graph. */
export function ofIri(value: Value, base: string): Thing | null {
  if (typeof value !== "string" || !value.startsWith(base)) return null;
  const match = /^(concept|paper)\/([^/?#]+)$/.exec(value.slice(base.length));
  if (!match) return null;
  try {
    const id = decodeURIComponent(match[2]!);
    return match[1] === "paper" ? { kind: "paper", id, label: id, type: "Paper" } : { kind: "concept", id, label: id, type: "" };
  } catch {
    return null;
  }
}

/** The thing that a node of Cypher is. */
export function ofNode(value: Value): Thing | null {
  if (value === null || typeof value !== "object" || Array.isArray(value) || !Array.isArray(value["_labels"])) return null;
  const labels = value["_labels"].map(String);
  const id = typeof value["id"] === "string" ? value["id"] : null;
  if (labels.includes("Paper")) return { kind: "paper", id, label: String(value["title"] ?? id), type: "Paper" };
  if (labels.includes("Concept")) return { kind: "concept", id, label: String(value["name"] ?? id), type: labels.find((label) => TYPES.includes(label)) ?? "" };
  return null;
}

/** Columns that hold ids of things by their name, as those of the cookbook do: with a column of the names behind them. */
const NAMED: Record<string, string> = { concept: "name", via: "name", dataset: "name", metric: "name", task: "name", paper: "title", other: "title" };

/** The thing in a cell. */
export function thing(answer: Answer, row: Value[], column: number, base: string): Thing | null {
  const value = row[column]!;
  const found = ofIri(value, base) ?? ofNode(value);
  if (found || typeof value !== "string" || value === "") return found;
  const name = answer.columns[column]!;
  const type = TYPES.find((one) => one.toLowerCase() === name) ?? "";
  const beside = NAMED[name];
  // the name stands in the next column, or the cell is the name
  const label = beside && answer.columns[column + 1] === beside ? row[column + 1] : undefined;
  if (beside && label !== undefined) {
    const paper = beside === "title";
    const said = answer.columns.indexOf("type");
    return { kind: paper ? "paper" : "concept", id: value, label: String(label ?? value), type: paper ? "Paper" : type || (name === "concept" && said >= 0 ? String(row[said]) : "") };
  }
  if (["task", "dataset", "metric", "method", "architecture", "proposed"].includes(name)) return { kind: "concept", id: null, label: value, type };
  if ((name === "first" || name === "second") && answer.columns.join() === "first,second,papers") return { kind: "concept", id: value, label: value, type: "" };
  return null;
}

/** The graph of an answer: triples, paths, things in one row, or things around what was asked for. Null where there is nothing to join. */
export function graph(answer: Answer, base: string, asked: Thing | null = null): Graph | null {
  const nodes: Thing[] = [];
  const at = new Map<string, number>();
  const edges = new Map<string, Graph["edges"][number]>();
  const left = new Set<string>();
  const node = (one: Thing): number | null => {
    const key = `${one.kind} ${one.id ?? `name ${one.label}`}`;
    const known = at.get(key);
    if (known !== undefined) {
      if (!nodes[known]!.type) nodes[known]!.type = one.type;
      return known;
    }
    if (nodes.length >= MOST) {
      left.add(key);
      return null;
    }
    at.set(key, nodes.length);
    return nodes.push({ ...one }) - 1;
  };
  const edge = (head: number | null, tail: number | null, words: string): void => {
    if (head !== null && tail !== null && head !== tail) edges.set(`${head} ${tail} ${words}`, { head, tail, words });
  };
  const triples = answer.columns.join() === "subject,predicate,object";
  const relation = answer.columns.indexOf("relation");
  const center = asked ? node(asked) : null;
  for (const row of answer.rows) {
    const paths = row.filter((value): value is { [key: string]: Value } => value !== null && typeof value === "object" && !Array.isArray(value) && Array.isArray(value["nodes"]));
    for (const path of paths) {
      const along = (path["nodes"] as Value[]).map((value) => ofNode(value)).map((one) => one && node(one));
      along.slice(1).forEach((next, i) => edge(along[i]!, next, words((path["relationships"] as Value[])[i] ?? null)));
    }
    if (triples) {
      const [head, tail] = [ofIri(row[0]!, base), ofIri(row[2]!, base)];
      if (head && tail) edge(node(head), node(tail), local(String(row[1])));
      continue;
    }
    const things = row.map((_, column) => thing(answer, row, column, base)).filter((one) => one !== null);
    const places = things.map(node);
    const said = relation >= 0 ? String(row[relation]) : words(row.find((value) => value !== null && typeof value === "object" && !Array.isArray(value) && "_type" in value) ?? null);
    // the first thing of a row is what the others are said of, and what was asked for leads to it
    if (places.length && center !== null) edge(center, places[0]!, said);
    places.slice(1).forEach((place) => edge(places[0]!, place, center === null ? said : ""));
  }
  return edges.size ? { nodes, edges: [...edges.values()], left: left.size } : null;
}

function words(value: Value): string {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? String(value["_type"] ?? "") : "";
}

/** The last part of an IRI. */
function local(iri: string): string {
  return iri.replace(/^.*[/#]/, "");
}
