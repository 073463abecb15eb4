import assert from "node:assert/strict";
import { test } from "node:test";
import { type Answer, parameters, type Value } from "../src/query/answer.ts";
import { places } from "../src/query/place.ts";
import { graph, MOST, ofIri, ofNode, thing } from "../src/query/things.ts";

const BASE = "https://example.org/kg/";
const table = (columns: string[], ...rows: Value[][]): Answer => ({ columns, rows, notes: [], cut: false });
const labels = (answer: Answer, asked = null as Parameters<typeof graph>[2]): string[] => {
  const found = graph(answer, BASE, asked);
  return found ? found.edges.map((e) => `${found.nodes[e.head]!.label} -${e.words}-> ${found.nodes[e.tail]!.label}`) : [];
};

test("IRIs of concepts and papers are things, others are not", () => {
  assert.deepEqual(ofIri(`${BASE}concept/c%2B%2B`, BASE), { kind: "concept", id: "c++", label: "c++", type: "" });
  assert.equal(ofIri(`${BASE}paper/doi:10.1%2Fa`, BASE)?.id, "doi:10.1/a");
  for (const other of [`${BASE}link/a/b/c`, `${BASE}concept/a/b`, `${BASE}concept/%zz`, "https://else.example/concept/a", 5, null]) assert.equal(ofIri(other, BASE), null);
});

test("nodes of Cypher are things by their labels", () => {
  assert.deepEqual(ofNode({ _labels: ["Concept", "Task"], id: "mt", name: "machine translation" }), { kind: "concept", id: "mt", label: "machine translation", type: "Task" });
  assert.equal(ofNode({ _labels: ["Paper"], id: "p", title: "T" })?.label, "T");
  assert.equal(ofNode({ _type: "USES" }), null);
});

test("columns of the cookbook hold ids with the name beside them, or names", () => {
  const answer = table(["concept", "name", "type", "papers"], ["bert", "BERT", "Architecture", 3]);
  assert.deepEqual(thing(answer, answer.rows[0]!, 0, BASE), { kind: "concept", id: "bert", label: "BERT", type: "Architecture" });
  assert.equal(thing(answer, answer.rows[0]!, 1, BASE), null);
  const row = table(["paper", "title", "task"], ["p1", "A Title", "parsing"]);
  assert.equal(thing(row, row.rows[0]!, 0, BASE)?.label, "A Title");
  assert.deepEqual(thing(row, row.rows[0]!, 2, BASE), { kind: "concept", id: null, label: "parsing", type: "Task" });
});

test("rows, triples and paths become lines; what joins nothing is not drawn", () => {
  assert.deepEqual(labels(table(["paper", "title", "task", "dataset"], ["p", "P", "parsing", "PTB"], ["p", "P", "parsing", null])), ["P --> parsing", "P --> PTB"]);
  assert.deepEqual(labels(table(["subject", "predicate", "object"], [`${BASE}concept/a`, `${BASE}ontology#basedOn`, `${BASE}concept/b`], [`${BASE}concept/a`, "x", "text"])), ["a -basedOn-> b"]);
  const [a, b] = [{ _labels: ["Concept"], id: "a", name: "A" }, { _labels: ["Concept"], id: "b", name: "B" }];
  assert.deepEqual(labels(table(["p"], [{ nodes: [a, b], relationships: [{ _type: "BASED_ON" }] }])), ["A -BASED_ON-> B"]);
  assert.deepEqual(labels(table(["a", "r", "b"], [a, { _type: "USED_FOR" }, b])), ["A -USED_FOR-> B"]);
  assert.deepEqual(labels(table(["concept", "name"], ["a", "A"])), []);
  assert.deepEqual(labels(table(["n"], [5])), []);
});

test("what was asked for leads to the first thing of each row, and is one with itself", () => {
  const asked = { kind: "concept" as const, id: "x", label: "X", type: "" };
  const answer = table(["relation", "concept", "name", "type"], ["kindOf", "a", "A", "Task"], ["basedOn", "x", "X", "Method"]);
  assert.deepEqual(labels(answer, asked), ["X -kindOf-> A"]);
  assert.equal(graph(answer, BASE, asked)!.nodes[0]!.type, "Method");
});

test("more things than can be drawn are counted", () => {
  const rows = Array.from({ length: MOST + 20 }, (_, i): Value[] => [`p${i}`, `P${i}`, "parsing"]);
  const found = graph(table(["paper", "title", "task"], ...rows), BASE)!;
  assert.equal(found.nodes.length, MOST);
  assert.equal(found.left, 20 + 1);
});

test("parameters of Cypher are found outside of texts and comments", () => {
  assert.deepEqual(parameters("MATCH (c {id: $x}) // $no\nWHERE c.name <> '$no' AND \"$no\" <> $y_2 RETURN `$no`, $x /* $no */"), ["x", "y_2"]);
});

test("places are apart, the same each time, and joined things are nearer", () => {
  const edges = [{ head: 0, tail: 1 }, { head: 2, tail: 3 }];
  const { x, y } = places(4, edges);
  const far = (a: number, b: number): number => Math.hypot(x[a]! - x[b]!, y[a]! - y[b]!);
  assert.ok(far(0, 1) > 20 && far(0, 1) < far(0, 2) && far(2, 3) < far(1, 3));
  assert.deepEqual([...places(4, edges).x], [...x]);
});
