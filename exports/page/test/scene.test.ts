import assert from "node:assert/strict";
import { test } from "node:test";
import { App } from "../src/app.ts";
import { Model } from "../src/core/model.ts";
import { BRIGHT, DIMMED, HIDDEN, NORMAL } from "../src/draw/index.ts";
import { FileSource } from "../src/source/file.ts";
import { Stage } from "../src/ui/scene.ts";
import { selectedPath } from "../src/ways.ts";
import { toy } from "./toy.ts";

test("concepts come before papers, which are of no community that has ground", () => {
  const data = toy();
  data.communities.push({ label: "two", size: 1, top: [4] });
  data.concepts.community[4] = 1;
  const { nodes, scene } = new Stage(new Model(data));
  assert.deepEqual(nodes, [0, 1, 2, 3, 4, -1]);
  assert.deepEqual([...scene.community], [0, 0, 0, 0, 1, 2]);
  assert.equal(scene.regions, 2);
  assert.deepEqual([...scene.edges.head].at(-1), 5);
});

test("what is selected is bright with its neighbours, what the filters take is hidden", async () => {
  const app = new App(new Model(toy()), new FileSource());
  const stage = new Stage(app.model);
  assert.deepEqual([...stage.looks(app, null).node], new Array(6).fill(NORMAL));
  await app.select({ concept: "bert" });
  app.store.show({ types: new Set(["Dataset"]) });
  const looks = stage.looks(app, selectedPath(app));
  assert.deepEqual([...looks.node], [BRIGHT, BRIGHT, HIDDEN, DIMMED, BRIGHT, DIMMED]);
  assert.deepEqual([...looks.edge], [BRIGHT, DIMMED, BRIGHT, HIDDEN, DIMMED]);
  assert.equal(looks.selectedNode, 0);
  await app.select({ path: { from: "bert", to: "attention", nth: 0 } });
  const path = selectedPath(app);
  assert.deepEqual([...stage.looks(app, path).path], [0, 1]);
});
