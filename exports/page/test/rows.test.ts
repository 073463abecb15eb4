import assert from "node:assert/strict";
import { test } from "node:test";
import { App } from "../src/app.ts";
import { Model, paperNode } from "../src/core/model.ts";
import { FileSource } from "../src/source/file.ts";
import { narrow, papersOf, rows, scopeOf, sort } from "../src/table/rows.ts";
import { toy } from "./toy.ts";

const app = (): App => new App(new Model(toy()), new FileSource());
const first = (found: ReturnType<typeof rows>): unknown[] => found.map((row) => row.cells[0]);

test("tables hold what the filters show", () => {
  const page = app();
  assert.deepEqual(first(rows(page, "concepts", null)), ["BERT", "Transformer", "GLUE", "attention", "machine translation"]);
  assert.equal(rows(page, "relations", null).length, 4);
  page.store.show({ years: [2019, 2019] });
  assert.deepEqual(first(rows(page, "concepts", null)), ["BERT", "GLUE"]);
  assert.deepEqual(first(rows(page, "papers", null)), ["BERT: Pre-training"]);
});

test("rows sort by numbers and by names, and what is not known comes last both ways", () => {
  const all = rows(app(), "concepts", null);
  assert.deepEqual(sort(all, 4, true).map((row) => row.cells[4]), [2019, 2019, 2017, 2017, null]);
  assert.deepEqual(sort(all, 4, false).map((row) => row.cells[4]), [2017, 2017, 2019, 2019, null]);
  assert.deepEqual(first(sort(all, 0, false)), ["attention", "BERT", "GLUE", "machine translation", "Transformer"]);
  assert.deepEqual(sort(all, 99, false), all);
});

test("every word that narrows a table has to stand somewhere in the row", () => {
  const all = rows(app(), "concepts", null);
  assert.deepEqual(first(narrow(all, "archi bidirectional")), ["BERT"]);
  assert.deepEqual(first(narrow(all, "self attention")), ["attention"]);
  assert.equal(narrow(all, "  ").length, 5);
  assert.equal(narrow(all, "nothing").length, 0);
});

test("a selection brings its neighbours and its papers", async () => {
  const page = app();
  await page.select({ concept: "bert" });
  assert.deepEqual([...scopeOf(page, false)!], [0]);
  assert.deepEqual([...scopeOf(page, true)!].sort(), [0, 1, 4]); // not GLUE: that line is off
  assert.deepEqual(papersOf(page), [1, 2]);
  await page.select({ edge: "together/bert/glue" });
  assert.deepEqual(papersOf(page), [1]);
  assert.ok(!page.state.show.kinds.has("together")); // it was switched on to be seen
  await page.select({ paper: "p:attention" });
  assert.deepEqual([...scopeOf(page, false)!], [paperNode(0)]);
  await page.select({ path: { from: "machine-translation", to: "bert", nth: 0 } });
  assert.equal(scopeOf(page, false)!.size, 1); // one of its ends is not here
  await page.select({ path: { from: "translation", to: "transformer", nth: 7 } });
  assert.deepEqual([...scopeOf(page, false)!], [4, 0, 1]); // all along the path
  assert.deepEqual(papersOf(page), [1]);
});

test("neighbours that a server brings are new, and nothing that could be undone", async () => {
  const part = toy();
  part.concepts.id[2] = "squad";
  part.concepts.label[2] = "SQuAD";
  part.edges.kind[3] = 0; // BERT and SQuAD, by a relation that is shown
  part.edges.relations[3] = [[1, 1, 0, []]];
  const source = Object.assign(new FileSource(), { neighbourhood: async () => structuredClone(part) });
  const page = new App(new Model(toy()), source);
  const told: string[] = [];
  page.toast = (text) => void told.push(text);
  await page.expand(0);
  await page.expand(0);
  assert.deepEqual(told, ["1 neighbour of BERT added.", "All neighbours of BERT that the filters allow are shown already."]);
  assert.equal(page.store.canUndo, false);
});

test("only a node and its neighbours, then those of another, and back", async () => {
  const page = app();
  page.isolate(3);
  const kept = (): string[] => page.model.concepts.id.filter((_, i) => page.shown.concepts[i]);
  assert.deepEqual(kept(), ["transformer", "attention"]);
  await page.expand(1);
  assert.deepEqual(kept(), ["bert", "transformer", "attention"]);
  assert.deepEqual([...page.shown.paperNodes], [1, 0, 0]);
  page.hideNeighbours(1);
  assert.deepEqual(kept(), ["transformer"]);
  page.undo();
  page.undo();
  assert.deepEqual(kept(), ["transformer", "attention"]);
  page.redo();
  assert.deepEqual(kept(), ["bert", "transformer", "attention"]);
});
