import assert from "node:assert/strict";
import { test } from "node:test";
import { view } from "../../src/draw/camera.ts";
import { allowance, BUDGET, chooseEdges, chooseNodes, edgeOrder, edgesAt, tally } from "../../src/draw/detail.ts";
import { BRIGHT, everything, HIDDEN } from "../../src/draw/types.ts";
import { synthetic } from "../synthetic.ts";

const size = { width: 1000, height: 1000 };
const small = { all: 100, overview: 40, nodes: 300, edges: 200 };
const scene = synthetic(400, 1200);
const far = view({ x: 0, y: 0, scale: 0.05 }, size, 1);

test("all nodes are drawn up to a number; of more, a part that grows with the scale", () => {
  assert.equal(allowance(6000, 0.01, 0.1), 6000);
  assert.equal(allowance(50_000, 0.1, 0.1), BUDGET.overview);
  assert.equal(allowance(50_000, 0.05, 0.1), BUDGET.overview);
  assert.equal(allowance(50_000, 0.2, 0.1), Math.round(2 ** 1.5 * BUDGET.overview));
  assert.equal(allowance(50_000, 9, 0.1), 50_000);
});

test("the most important are drawn, the others are points, and none is lost", () => {
  const { nodes, points, rank } = chooseNodes(scene, everything(scene), null, far, 0.05, 400, small);
  assert.deepEqual([...nodes], Array.from({ length: 40 }, (_, i) => i));
  assert.equal(nodes.length + points.length, 400);
  assert.equal(rank, 40);
});

test("no edge leads to a node that is a point, whichever limit made it one", () => {
  const near = view({ x: 0, y: 0, scale: 0.2 }, { width: 9000, height: 9000 }, 1);
  const { nodes, rank } = chooseNodes(scene, everything(scene), null, near, 0.05, 400, { ...small, nodes: 60 });
  assert.equal(allowance(400, 0.2, 0.05, small), 320); // more than may be drawn in one picture
  assert.deepEqual([nodes.length, rank], [60, 60]);
});

test("what is hidden counts for nothing, and what is bright or selected is always drawn", () => {
  const looks = { ...everything(scene), selectedNode: 399 };
  looks.node.fill(HIDDEN, 0, 10);
  looks.node[300] = BRIGHT;
  const { nodes, points } = chooseNodes(scene, looks, null, far, 0.05, 390, small);
  assert.deepEqual([...nodes], [...Array.from({ length: 40 }, (_, i) => i + 10), 300, 399]);
  assert.equal(nodes.length + points.length, 390);
});

test("what is drawn where two views overlap is the same", () => {
  const at = (x: number) => new Set(chooseNodes(scene, everything(scene), null, view({ x, y: 0, scale: 0.6 }, size, 1), 0.3, 400, small).nodes);
  const [a, b] = [at(0), at(300)];
  const both = chooseNodes(scene, everything(scene), null, view({ x: 150, y: 0, scale: 0.6 }, { width: 600, height: 900 }, 1), 0.3, 400, { ...small, nodes: 400 });
  for (const n of both.nodes) assert.ok(a.has(n) && b.has(n));
});

test("edges come by their less important end", () => {
  const order = edgeOrder(scene);
  const rank = (e: number) => Math.max(scene.edges.head[e]!, scene.edges.tail[e]!);
  assert.equal(new Set(order).size, 1200);
  for (let k = 1; k < order.length; k++) assert.ok(rank(order[k - 1]!) <= rank(order[k]!));
});

test("edges join drawn nodes only, at most so many, and a cut is said", () => {
  const order = edgeOrder(scene);
  const looks = everything(scene);
  const some = chooseEdges(scene, looks, order, far, 40, small);
  for (const e of some.edges) assert.ok(scene.edges.head[e]! < 40 && scene.edges.tail[e]! < 40);
  assert.equal(some.cut, true);
  const most = chooseEdges(scene, looks, order, far, 400, small);
  assert.equal(most.edges.length, 200);
  const all = chooseEdges(scene, looks, order, far, 400, { ...small, edges: 5000 });
  assert.deepEqual([all.edges.length, all.cut], [1200, false]);
  looks.node[0] = HIDDEN;
  const fewer = chooseEdges(scene, looks, order, far, 400, { ...small, edges: 5000 });
  assert.ok(fewer.edges.length < 1200 && [...fewer.edges].every((e) => scene.edges.head[e] !== 0 && scene.edges.tail[e] !== 0));
});

test("the edges of a node come with its most important neighbours first; what is hidden is left out and not counted", () => {
  const looks = everything(scene);
  const other = (e: number) => (scene.edges.head[e] === 3 ? scene.edges.tail[e]! : scene.edges.head[e]!);
  const edges = edgesAt(scene, looks, 3);
  assert.ok(edges.length > 3 && edges.every((e) => scene.edges.head[e] === 3 || scene.edges.tail[e] === 3));
  assert.deepEqual(edges.map(other), edges.map(other).sort((a, b) => a - b));
  const before = tally(scene, looks);
  assert.deepEqual([before.nodes, before.edges, before.top.length], [400, 1200, 0]);
  looks.node[other(edges[0]!)] = HIDDEN;
  looks.edge[edges[1]!] = BRIGHT;
  assert.ok(!edgesAt(scene, looks, 3).includes(edges[0]!));
  const after = tally(scene, { ...looks, selectedEdge: edges[2]! });
  assert.deepEqual([after.nodes, [...after.top].sort()], [399, [edges[1], edges[2]].sort()]);
  assert.ok(after.edges < 1200);
});
