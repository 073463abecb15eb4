import assert from "node:assert/strict";
import { test } from "node:test";
import { landOf, tint } from "../../src/draw/land.ts";
import { DARK, LIGHT } from "../../src/draw/palette.ts";
import { everything, HIDDEN } from "../../src/draw/types.ts";
import { synthetic } from "../synthetic.ts";

const scene = synthetic(800, 0);

/** The cell that a node lies in. */
function at(land: NonNullable<ReturnType<typeof landOf>>, n: number): number {
  return Math.floor((scene.y[n]! - land.top) / land.cell) * land.width + Math.floor((scene.x[n]! - land.left) / land.cell);
}

test("most nodes lie on the ground of their own community, and there is ground between none", () => {
  const land = landOf(scene, everything(scene))!;
  let own = 0, other = 0;
  for (let n = 0; n < scene.n; n++) {
    const cell = at(land, n);
    if (land.density[cell]! <= 0) continue;
    if (land.community[cell] === scene.community[n]) own++;
    else other++;
  }
  assert.ok(own > 0.8 * scene.n && other < 0.02 * scene.n, `${own} ${other}`);
  const bare = land.density.filter((value) => value === 0).length;
  assert.ok(bare > 0.3 * land.density.length);
});

test("what is hidden has no ground, and one community alone needs none", () => {
  const looks = everything(scene);
  const gone = scene.community[0]!;
  scene.community.forEach((of, n) => {
    if (of === gone) looks.node[n] = HIDDEN;
  });
  assert.ok(!landOf(scene, looks)!.community.includes(gone));
  assert.equal(landOf({ ...scene, community: new Uint16Array(scene.n) }, everything(scene)), null);
  looks.node.fill(HIDDEN);
  assert.equal(landOf(scene, looks), null);
});

test("tints differ from one community to the next, and are pale on light ground and deep on dark", () => {
  for (let k = 0; k < 12; k++) {
    const [a, b] = [tint(k, LIGHT), tint(k + 1, LIGHT)];
    assert.ok(a.reduce((sum, value, c) => sum + Math.abs(value - b[c]!), 0) > 25);
    assert.ok(Math.min(...a) > 150 && Math.max(...tint(k, DARK)) < 130);
  }
});
