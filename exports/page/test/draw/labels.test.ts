import assert from "node:assert/strict";
import { test } from "node:test";
import { clipped, fitting, meet, placeLabels, Space, Widths, type Candidate } from "../../src/draw/labels.ts";
import { growth, view } from "../../src/draw/camera.ts";
import { labelSize } from "../../src/draw/picture.ts";
import { everything } from "../../src/draw/types.ts";
import { random, synthetic } from "../synthetic.ts";
import { picture } from "./picture.ts";

const size = { width: 900, height: 700 };

function crowd(n: number): Candidate[] {
  const next = random(3);
  return Array.from({ length: n }, (_, node) => ({
    node, x: 900 * next(), y: 700 * next(), r: 3 + 12 / (1 + node / 10), text: `name ${node}`, size: 12, weight: 450, width: 30 + 90 * next(), leading: node < 10, quiet: false, spot: -1,
  }));
}

test("names never meet, stay in the picture and off the cards", () => {
  const card = { left: 20, top: 20, right: 300, bottom: 400 };
  const all = crowd(800);
  const placed = placeLabels(all, new Space(size, [card], all), 500);
  assert.ok(placed.length > 20);
  placed.forEach((a, k) => {
    assert.ok(a.left >= 0 && a.top >= 0 && a.right <= 900 && a.bottom <= 700);
    assert.ok(!meet(a, card));
    for (const b of placed.slice(0, k)) assert.ok(!meet(a, b), `${a.text} covers ${b.text}`);
  });
});

test("names cover no node but their own, unless they lead, and then only smaller ones", () => {
  const all = crowd(300);
  for (const label of placeLabels(all, new Space(size, [], all), 300)) {
    const own = all[label.node]!;
    for (const other of all) {
      if (other === own || !meet(label, { left: other.x - other.r, top: other.y - other.r, right: other.x + other.r, bottom: other.y + other.r })) continue;
      assert.ok(own.leading && other.r <= own.r, `${label.text} covers ${other.text}`);
    }
  }
});

test("the first of the order is named where two want one place, and no more than are asked for", () => {
  const two = [0, 1].map((node) => ({ ...crowd(1)[0]!, node, x: 450, y: 350, r: 2, width: 800 }));
  assert.deepEqual(placeLabels([two[1]!, two[0]!], new Space(size, [], []), 9).map((l) => l.node)[0], 1);
  assert.equal(placeLabels(crowd(100), new Space(size, [], []), 5).length, 5);
});

test("sizes go by the node and not by the zoom; long names are clipped by letters", () => {
  assert.deepEqual([labelSize(6, 6, 28), labelSize(28, 6, 28), labelSize(5, 5, 5)], [11, 16, 13.5]);
  assert.equal(clipped("😀😀😀😀", 3), "😀😀…");
  assert.equal(clipped("short", 5), "short");
  const widths = new Widths({ font: "", measureText: (text: string) => ({ width: 10 * [...text].length }) as TextMetrics });
  assert.equal(fitting("a long name of a paper", "x", 100, widths), "a long na…");
  assert.equal(fitting("name", "x", 100, widths), "name");
  assert.equal(fitting("name", "x", 1, widths), "n…");
});

test("a name stays where it stood as long as it can, and most stay from one step of a zoom to the next", () => {
  const one = { ...crowd(1)[0]!, x: 450, y: 350, spot: 3 };
  assert.equal(placeLabels([one], new Space(size, [], []), 1)[0]!.spot, 3);
  assert.equal(placeLabels([{ ...one, x: 3 }], new Space(size, [], []), 1)[0]!.spot, 2);

  const scene = synthetic(5000, 0);
  const at = (k: number) => {
    const scale = 0.25 * 1.02 ** k;
    return view({ x: 100, y: 50, scale }, { width: 1400, height: 900 }, 1, growth(scale, 0.25, { width: 1400, height: 900 }, 5000, 6));
  };
  let before = picture(scene, everything(scene), at(0)).picture.labels;
  let kept = 0, all = 0;
  for (let k = 1; k < 12; k++) {
    const after = picture(scene, everything(scene), at(k), [], before).picture.labels;
    const named = new Set(after.map((l) => l.node));
    kept += before.filter((l) => named.has(l.node)).length;
    all += before.length;
    before = after;
  }
  assert.ok(kept > 0.85 * all, `${kept} of ${all}`);
});
