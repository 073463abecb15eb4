import assert from "node:assert/strict";
import { test } from "node:test";
import { clipped, meet, placeLabels, Space, type Candidate } from "../../src/draw/labels.ts";
import { labelSize } from "../../src/draw/picture.ts";
import { random } from "../synthetic.ts";

const size = { width: 900, height: 700 };

function crowd(n: number): Candidate[] {
  const next = random(3);
  return Array.from({ length: n }, (_, node) => ({
    node, x: 900 * next(), y: 700 * next(), r: 3 + 12 / (1 + node / 10), text: `name ${node}`, size: 12, weight: 450, width: 30 + 90 * next(), leading: node < 10, quiet: false,
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
});
