import assert from "node:assert/strict";
import { test } from "node:test";
import { App } from "../src/app.ts";
import { Model } from "../src/core/model.ts";
import { REST, colors, colorsBy, facts, figure, radii, sizes } from "../src/core/properties.ts";
import type { PageData } from "../src/data.ts";
import { DARK, LIGHT, colorOf } from "../src/draw/palette.ts";
import { FileSource } from "../src/source/file.ts";
import { columns, rows, sort } from "../src/table/rows.ts";
import { lookWords } from "../src/ui/look.ts";
import { Stage } from "../src/ui/scene.ts";
import { toy } from "./toy.ts";

/** The toy with a number, a class, and a year of some of its concepts. */
function found(): PageData {
  const data = toy();
  data.properties = {
    concepts: [
      { name: "pagerank", label: "PageRank", kind: "number", low: 0, high: 0.04 },
      { name: "community", label: "Community", kind: "class", classes: ["large", "small"] },
      { name: "first_year", label: "First year", kind: "number", low: 2017, high: 2019 },
    ],
    papers: [{ name: "hub", label: "Hub", kind: "number", low: 0, high: 1 }],
  };
  data.concepts.values = [[0.01, 0, 2019], [0.04, 0, 2017], [0, 1, 2019], [0.01, 0, 2017], [null, null, null]];
  data.papers.values = [[1], [0.25], [null]];
  return data;
}

test("what a page can be sized and coloured by", () => {
  const names = (all: { name: string }[]): string[] => all.map((choice) => choice.name);
  assert.deepEqual(names(sizes(new Model(found()))), ["papers", "pagerank", "first_year"]);
  assert.deepEqual(names(colors(new Model(found()))), ["type", "papers", "first", "pagerank", "community", "first_year"]);
  assert.deepEqual(names(sizes(new Model(toy()))), ["papers"]);
});

test("areas are in the ratio of the values, and what has none is as small as can be", () => {
  const r = radii(new Model(found()), "pagerank")!;
  assert.equal(r[1], 28);
  assert.equal(r[4], 6);
  assert.ok(Math.abs(((r[0]! - 6) / (r[1]! - 6)) ** 2 - 0.25) < 1e-9);
  const data = found();
  data.properties!.concepts[0] = { name: "pagerank", label: "", kind: "number", low: -1.7e308, high: 1.7e308 };
  data.concepts.values = [-1.7e308, 0, 1.7e308, 0, null].map((value) => [value, null, null]);
  const wide = radii(new Model(data), "pagerank")!;
  assert.deepEqual([wide[0], wide[2], wide[4]], [6, 28, 6]);
  assert.equal(radii(new Model(found()), "papers"), null);
  assert.equal(radii(new Model(found()), "community"), null);
  assert.equal(radii(new Model(found()), "nothing"), null);
});

test("classes have colours by their size, and the smallest share one", () => {
  const by = colorsBy(new Model(found()), "community")!;
  assert.deepEqual([...by.at], [0, 0, 1, 0, REST]);
  assert.deepEqual(by.keys, [{ color: 0, label: "large", concepts: 3 }, { color: 1, label: "small", concepts: 1 }, { color: REST, label: "not known", concepts: 1 }]);
  const data = found();
  const classes = [..."abcdefghij"];
  data.properties!.concepts[1] = { name: "community", label: "Community", kind: "class", classes };
  data.concepts.values = [8, 9, 0, 7, 9].map((n) => [0, n, 0]);
  assert.deepEqual(colorsBy(new Model(data), "community")!.keys.map((key) => key.label), ["a", "h", "2 others"]);
  data.concepts.values = [8, 8, 0, 7, 8].map((n) => [0, n, 0]);
  assert.equal(colorsBy(new Model(data), "community")!.keys.at(-1)!.label, "i");
});

test("a number has steps of about equally many, told apart whatever it is spread like", () => {
  const by = colorsBy(new Model(found()), "pagerank")!;
  assert.equal(by.list, "scale");
  assert.deepEqual(by.keys.map((key) => [key.label, key.concepts]), [["0 to below 0.01", 1], ["0.01 to below 0.04", 2], ["0.04", 1], ["not known", 1]]);
  assert.ok(by.at[2]! < by.at[0]! && by.at[0]! < by.at[1]!);
  // years are no quantities, and whole numbers have no gaps between steps
  assert.deepEqual(colorsBy(new Model(found()), "first_year")!.keys.map((key) => key.label), ["2017–2018", "2019", "not known"]);
  const data = toy();
  data.concepts.papers = [1, 1, 1, 1, 1200];
  assert.deepEqual(colorsBy(new Model(data), "papers")!.keys.map((key) => [key.label, key.concepts]), [["1–1,199", 4], ["1,200", 1]]);
  // one value of nearly all, and still each of the few others has a colour
  data.concepts.id = Array.from({ length: 40 }, (_, i) => `c${i}`);
  data.concepts.papers = data.concepts.id.map((_, i) => (i < 34 ? 1 : i - 30));
  assert.deepEqual(colorsBy(new Model(data), "papers")!.keys.map((key) => [key.label, key.concepts, key.color]), [["1–3", 34, 0], ["4", 1, 1], ["5", 1, 2], ["6", 1, 3], ["7", 1, 4], ["8 or more", 2, 5]]);
  data.concepts.papers = [3, 3, 3, 3, 3];
  assert.deepEqual(colorsBy(new Model(data), "papers")!.keys, [{ color: 5, label: "3", concepts: 5 }]);
  assert.equal(colorsBy(new Model(data), "type"), null);
  assert.equal(colorsBy(new Model(data), "__proto__"), null);
});

test("small groups of the map are no class, and have no ground", () => {
  const data = toy();
  data.communities = [{ label: "all", size: 4, top: [0] }, { label: "Small groups", size: 1, top: [4], rest: true }];
  data.concepts.community[4] = 1;
  const model = new Model(data);
  assert.equal(colors(model)[1]!.name, "map");
  assert.deepEqual(colorsBy(model, "map")!.keys.map((key) => key.label), ["all", "in small groups"]);
  assert.equal(new Stage(model).scene.regions, 1);
});

test("the drawing takes the largest as the most important, in colours of both schemes", () => {
  const { nodes, scene } = new Stage(new Model(found()), "pagerank", "community");
  assert.deepEqual(nodes, [1, 0, 3, 2, 4, -1]);
  assert.deepEqual([...scene.fill!.at], [0, 0, 0, 1, REST, REST]);
  for (const palette of [LIGHT, DARK]) {
    assert.equal(colorOf(scene, palette, 0), palette.classes[0]);
    assert.equal(colorOf(scene, palette, 4), palette.rest);
    assert.equal(colorOf(new Stage(new Model(found())).scene, palette, 4), palette.types[0]);
  }
});

test("tables, panels and descriptions of pictures have what was found", () => {
  const app = new App(new Model(found()), new FileSource());
  assert.deepEqual(columns(app, "concepts").map((c) => c.name), ["Concept", "Type", "Papers", "Relations", "First seen", "PageRank", "Community", "First year", "Also called"]);
  assert.deepEqual(columns(app, "relations").length, 6);
  const all = rows(app, "concepts", null);
  assert.deepEqual(sort(all, 5, true).map((row) => row.cells[5]), [0.04, 0.01, 0.01, 0, null]);
  assert.deepEqual(all.map((row) => row.cells[6]), ["large", "large", "small", "large", null]);
  assert.deepEqual(rows(app, "papers", null).map((row) => row.cells[4]), [1, 0.25, null]);
  assert.deepEqual(facts(app.model, "concepts", 0), [["PageRank", "0.01"], ["Community", "large"], ["First year", "2019"]]);
  assert.deepEqual(facts(app.model, "concepts", 4), []);
  assert.deepEqual(facts(app.model, "papers", 1), [["Hub", "0.25"]]);
  assert.equal(lookWords(app), "");
  app.store.set({ size: "pagerank", color: "community" });
  assert.equal(lookWords(app), "Size by: PageRank. Colour by: Community (large; small; not known).");
});

test("a part of a server brings its values along", () => {
  const model = new Model(found());
  const part = found();
  part.concepts.id[0] = "new";
  part.concepts.values![0] = [0.02, 1, 2020];
  model.merge(part);
  assert.deepEqual(facts(model, "concepts", 5), [["PageRank", "0.02"], ["Community", "small"], ["First year", "2020"]]);
});

test("numbers have few digits", () => {
  assert.deepEqual([0.00012345, 12.345, 1234567, 3, 0].map(figure), ["0.000123", "12.3", "1,234,567", "3", "0"]);
  assert.deepEqual([-1e300, 1e-30].map(figure), ["-1.00e+300", "1.00e-30"]);
});
