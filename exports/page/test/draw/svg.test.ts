import assert from "node:assert/strict";
import { test } from "node:test";
import { view } from "../../src/draw/camera.ts";
import { LIGHT } from "../../src/draw/palette.ts";
import { escaped, SVG_NODES, writeSvg } from "../../src/draw/svg.ts";
import { DIMMED, everything } from "../../src/draw/types.ts";
import { synthetic } from "../synthetic.ts";
import { picture } from "./picture.ts";

const count = (text: string, what: RegExp) => [...text.matchAll(what)].length;

test("texts are escaped, and what XML does not allow is left out", () => {
  assert.equal(escaped('</text><script>"&\u0000\u000b\ud800x'), "&lt;/text&gt;&lt;script&gt;&quot;&amp;x");
  assert.equal(escaped("😀 α"), "😀 α");
});

test("the file has a shape for each node, a line for each edge, and no other file", () => {
  const base = synthetic(60, 90);
  const scene = { ...base, label: base.label.map((text, n) => (n === 0 ? "</svg><script>alert(1)</script>" : text)) };
  const looks = everything(scene);
  looks.node[5] = DIMMED;
  const v = view({ x: 0, y: 0, scale: 0.2 }, { width: 1200, height: 1200 }, 1);
  const edges = Uint32Array.from({ length: 90 }, (_, e) => e);
  const text = writeSvg(scene, looks, LIGHT, picture(scene, looks, v).picture, edges, 0, null, 'A "title" & more');
  assert.equal(count(text, /<(polygon|circle) /g), 60);
  assert.equal(count(text, /<path d="M[^"]*" stroke=/g), 90);
  assert.ok(count(text, /<text /g) > 2);
  assert.match(text, /<title>A &quot;title&quot; &amp; more<\/title><desc>60 nodes\.<\/desc>/);
  assert.ok(!text.includes("<script"));
  assert.ok(!/href|url\(|@import/.test(text));
  assert.equal(count(text, /<[a-z]/g), count(text, /<\/[a-z]|\/>/g));
});

test("beyond the largest number of nodes it says what is left out, and keeps the most important", () => {
  const scene = synthetic(SVG_NODES + 500, 3000);
  const looks = everything(scene);
  const v = view({ x: 0, y: 0, scale: 0.05 }, { width: 2000, height: 2000 }, 1);
  const text = writeSvg(scene, looks, LIGHT, picture(scene, looks, v).picture, Uint32Array.from({ length: 3000 }, (_, e) => e), 100, null, "big");
  assert.equal(count(text, /<(polygon|circle) /g), SVG_NODES);
  assert.match(text, /The 2000 most important of 2600 nodes in this picture; the others are left out\./);
  assert.ok(text.includes(`<title>${scene.label[0]}</title>`) && !text.includes(`<title>${scene.label[SVG_NODES]}</title>`));
});
