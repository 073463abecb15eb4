/** What the server answers with (docs/reference/api.md), and how it is asked. */
import { reach } from "../source/reach.ts";

export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };

export interface Answer {
  columns: string[];
  rows: Value[][];
  notes: string[];
  cut: boolean;
}

export interface Param {
  name: string;
  kind: "concept" | "paper" | "type" | "integer" | "number";
  default: string;
  about: string;
}

export interface Question {
  number: number;
  name: string;
  title: string;
  params: Param[];
  sparql: string;
  cypher: string;
}

export interface Filled extends Question {
  values: Record<string, string | number>;
  notes: string[];
}

export type Language = "sparql" | "cypher";

/** The answer to a GET; its problem as an error. */
export async function get<T>(path: string, parameters: [string, string][] = []): Promise<T> {
  const query = new URLSearchParams(parameters).toString();
  const answer = await reach(`/api/${path}${query ? `?${query}` : ""}`);
  return (await answer.json()) as T;
}

export async function ask(language: Language, query: string, params: Record<string, Value>, limit: number, format: "json" | "csv", signal?: AbortSignal): Promise<Response> {
  const body = JSON.stringify({ query, limit, format, ...(language === "cypher" ? { params } : {}) });
  return reach(`/api/${language}`, { method: "POST", headers: { "Content-Type": "application/json" }, body, ...(signal ? { signal } : {}) });
}

/** The parameters `$name` that a Cypher text takes, outside of strings and comments. */
export function parameters(query: string): string[] {
  const bare = query.replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`/g, " ");
  return [...new Set([...bare.matchAll(/\$(\w+)/g)].map((match) => match[1]!))];
}
