import assert from "node:assert/strict";
import { test } from "node:test";
import { view } from "../../src/draw/camera.ts";
import { along, arrow, curveOf, distance, newCurve } from "../../src/draw/curve.ts";
import { pick } from "../../src/draw/pick.ts";
import { everything, type Scene } from "../../src/draw/types.ts";
import { synthetic } from "../synthetic.ts";
import { picture } from "./picture.ts";

const none = { node: null, edge: null };
const size = { width: 1000, height: 800 };
test("every node is found at its place, unless another lies over it", () => {
  const scene = synthetic(300, 600);
  const v = view({ x: 0, y: 0, scale: 1 }, size, 1);
  const looks = everything(scene);
  const { choice, picture: p } = picture(scene, looks, v);
  let found = 0;
  for (const mark of p.nodes) {
    const hit = pick(scene, p, choice.points, Uint32Array.from([]), mark.x, mark.y, 5).node;
    const over = p.nodes.find((m) => m.node === hit)!;
    assert.ok(hit === mark.node || Math.hypot(over.x - mark.x, over.y - mark.y) <= over.r);
    found += Number(hit === mark.node);
  }
  assert.ok(found > 0.9 * p.nodes.length && found > 50);
});

test("edges are found along their bend within the tolerance, after nodes", () => {
  const scene: Scene = {
    n: 2, x: Float32Array.of(-300, 300), y: Float32Array.of(0, 0), r: Float32Array.of(10, 10), type: Uint8Array.of(0, 3), label: ["a", "b"], community: new Uint16Array(2),
    edges: { head: Uint32Array.of(0), tail: Uint32Array.of(1), kind: Uint8Array.of(0), width: Float32Array.of(1), directed: Uint8Array.of(1), text: () => "uses" },
  };
  const v = view({ x: 0, y: 0, scale: 1 }, size, 1);
  const { choice, picture: p } = picture(scene, everything(scene), v);
  const c = curveOf(newCurve(), scene, 0, v);
  const [x, y] = along(c, 0.4);
  assert.ok(Math.abs(y - 400) > 30);
  assert.ok(distance(c, x, y) < 1.5);
  const at = (px: number, py: number) => pick(scene, p, choice.points, Uint32Array.of(0), px, py, 5);
  assert.deepEqual(at(x, y + 3), { node: null, edge: 0 });
  assert.deepEqual(at(x, y + 12), none);
  assert.deepEqual(at(200, 400), { node: 0, edge: null });
  // the arrow ends at the border of its node
  const head = arrow(c, scene, 0, v, 8)!;
  assert.ok(Math.abs(Math.hypot(head[0] - 800, head[1] - 400) - 11.5) < 0.01);
});

test("a name is a way to its node", () => {
  const scene = synthetic(40, 0);
  const v = view({ x: 0, y: 0, scale: 1 }, size, 1);
  const { choice, picture: p } = picture(scene, everything(scene), v);
  const label = p.labels.find((l) => p.nodes.every((m) => Math.hypot(m.x - l.x, m.y - l.y) > m.r + 6))!;
  assert.equal(pick(scene, p, choice.points, Uint32Array.from([]), label.x, label.y, 5).node, label.node);
});
