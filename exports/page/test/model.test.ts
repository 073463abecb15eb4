import assert from "node:assert/strict";
import { test } from "node:test";
import { filter, neighbours } from "../src/core/filter.ts";
import { Model, paperNode } from "../src/core/model.ts";
import { paths } from "../src/core/paths.ts";
import { type Show, Store, start } from "../src/core/state.ts";
import { toy } from "./toy.ts";

const open = (change: Partial<Show> = {}) => {
  const model = new Model(toy());
  const state = start(model.data.kinds);
  const shown = filter(model, { ...state.show, ...change });
  const labels = model.concepts.label.filter((_, i) => shown.concepts[i]);
  return { model, shown, labels, edges: [...shown.edges] };
};

test("at first all is shown but for kinds that are off", () => {
  const { labels, shown, edges } = open();
  assert.equal(labels.length, 5);
  assert.deepEqual(edges, [1, 1, 1, 0, 1]);
  assert.deepEqual(shown.counts, { concepts: 5, papers: 3, paperNodes: 1, edges: 4 });
  assert.equal(shown.kinds.get("together"), 1); // counted though it is off
  assert.equal(shown.types.get("Architecture"), 2);
  assert.equal(shown.relations.get("basedOn"), 2);
});

test("a type that is off takes its lines with it, and keeps its own count", () => {
  const { labels, shown, edges } = open({ types: new Set(["Architecture"]) });
  assert.deepEqual(labels, ["GLUE", "attention", "machine translation"]);
  assert.deepEqual(edges, [0, 0, 0, 0, 0]);
  assert.equal(shown.types.get("Architecture"), 2);
});

test("relations filter lines, and what papers do filters concepts", () => {
  assert.deepEqual(open({ relations: new Set(["basedOn"]) }).edges, [0, 0, 1, 0, 1]);
  const { labels, shown } = open({ relations: new Set(["uses"]) });
  assert.deepEqual(labels, ["BERT", "Transformer", "machine translation"]); // the last has no papers at all
  assert.deepEqual([...shown.papers], [1, 1, 0]);
});

test("years take concepts, papers and lines of other years away", () => {
  const { labels, shown, edges } = open({ years: [2018, 2020], kinds: new Set() });
  assert.deepEqual(labels, ["BERT", "GLUE"]);
  assert.deepEqual([...shown.papers], [0, 1, 0]);
  assert.deepEqual(edges, [0, 0, 0, 1, 0]);
  assert.deepEqual(open({ years: [2017, 2019] }).edges, [1, 1, 0, 0, 1]); // machine translation has no paper of any year
});

test("only some, and not the hidden ones", () => {
  assert.deepEqual(open({ only: new Set(["bert", "glue", "paper:p:attention"]), hidden: new Set(["glue"]) }).labels, ["BERT"]);
  assert.deepEqual(open({ only: new Set() }).shown.counts, { concepts: 0, papers: 0, paperNodes: 0, edges: 0 });
});

test("neighbours come over lines that are shown", () => {
  const { model, shown } = open();
  assert.deepEqual(neighbours(model, 0), [1, 4, 2]);
  assert.deepEqual(neighbours(model, 0, shown), [1, 4]);
  assert.deepEqual(neighbours(model, paperNode(0)), [1]);
});

test("paths: the cheapest first, sure relations before shared papers, none over what is closed", () => {
  const { model } = open();
  const all = paths(model, 2, 3, 5, () => true);
  assert.deepEqual(all.map((p) => p.nodes), [[2, 0, 1, 3]]);
  assert.deepEqual(all[0]!.edges, [3, 0, 1]);
  assert.ok(Math.abs(all[0]!.cost - (2.5 + 1.1 + 1.6)) < 1e-9);
  assert.deepEqual(paths(model, 2, 3, 5, (edge) => edge !== 3), []);
  assert.deepEqual(paths(model, 0, 0, 5, () => true), []);
});

test("Yen's algorithm gives the next paths in order, without loops", () => {
  // a square with a diagonal: 0-1-3, 0-2-3, 0-3
  const data = toy();
  data.edges = { kind: [0, 0, 0, 0, 2, 0], head: [0, 1, 0, 2, 0, 1], tail: [1, 3, 2, 3, 3, 2], papers: [1, 1, 1, 1, 1, 1], first: [null, null, null, null, null, null], relations: [0.9, 0.9, 0.5, 0.5, 0, 0.1].map((sure, e) => (e === 4 ? [] : [[1, 1, 1, [[0, sure, 0]]]])) };
  const found = paths(new Model(data), 0, 3, 9, () => true);
  assert.deepEqual(found.map((p) => p.nodes), [[0, 1, 3], [0, 3], [0, 2, 3], [0, 1, 2, 3], [0, 2, 1, 3]]);
  found.forEach((p, i) => assert.ok(i === 0 || p.cost >= found[i - 1]!.cost));
  for (const p of found) assert.equal(new Set(p.nodes).size, p.nodes.length);
});

test("what is shown can be undone and redone; a new step ends what could be redone", () => {
  const store = new Store(start([]));
  const first = store.state.show;
  store.show({ years: [2017, 2018] });
  store.show({ hidden: new Set(["bert"]) });
  store.set({ selection: { concept: "glue" } });
  assert.ok(store.undo());
  assert.deepEqual(store.state.show.years, [2017, 2018]);
  assert.equal(store.state.show.hidden.size, 0);
  assert.deepEqual(store.state.selection, { concept: "glue" }); // a selection is no step
  assert.ok(store.undo());
  assert.equal(store.state.show, first);
  assert.ok(!store.undo());
  assert.ok(store.redo());
  store.show({ types: new Set(["Task"]) });
  assert.ok(!store.canRedo);
  assert.deepEqual(store.state.show.years, [2017, 2018]);
});

test("a part of the graph is merged: what is known stays, what is new comes behind it", () => {
  const model = new Model(toy());
  const part = toy();
  part.concepts.id[2] = "squad";
  part.concepts.label[2] = "SQuAD";
  part.sentences[2] = "BERT on SQuAD.";
  model.merge(part);
  assert.equal(model.size, 6);
  assert.deepEqual(model.concepts.label.slice(4), ["machine translation", "SQuAD"]);
  assert.equal(model.data.papers.id.length, 3);
  assert.equal(model.data.links.concept.length, 6); // one more: SQuAD in the second paper
  assert.equal(model.data.sentences[model.data.links.quotes[5]![0]![0]!], "BERT on SQuAD.");
  assert.equal(model.head.length, 6); // BERT and SQuAD in the same paper
  assert.equal(model.edgeKey(5), "together/bert/squad");
  assert.deepEqual(model.data.years!.concepts[5], [0, 1]);
  assert.equal(model.head[4], paperNode(0)); // the paper node is still itself
  const before = JSON.stringify(model.data);
  model.merge(part);
  assert.equal(JSON.stringify(model.data), before);
});
