import assert from "node:assert/strict";
import { test } from "node:test";
import { between, core, fitted, growth, radius, roomBeside, shown, view, widened, zoomAt } from "../../src/draw/camera.ts";

const size = { width: 800, height: 600 };
const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-6, `${a} is not ${b}`);

test("a zoom keeps what is under the pointer, and so does every step of it", () => {
  const from = { x: 10, y: -20, scale: 0.7 };
  const to = zoomAt(from, size, 3, 123, 456);
  const under = (c: typeof from) => [c.x + (123 - 400) / c.scale, c.y + (456 - 300) / c.scale] as const;
  for (const t of [0, 0.2, 0.5, 0.9, 1]) {
    const [x, y] = under(between(from, to, t));
    near(x, under(from)[0]);
    near(y, under(from)[1]);
  }
  near(to.scale, 2.1);
});

test("a move without a zoom is even", () => {
  const half = between({ x: 0, y: 0, scale: 2 }, { x: 10, y: -4, scale: 2 }, 0.5);
  near(half.x, 5);
  near(half.y, -2);
});

test("a view begins at a whole pixel of the device", () => {
  const v = view({ x: 3.3, y: 7.77, scale: 1.37 }, size, 1.5);
  near((v.ox * 1.5) % 1, 0);
  near((v.oy * 1.5) % 1, 0);
  assert.ok(Math.abs(v.ox - (400 - 3.3 * 1.37)) <= 0.5);
  const wide = widened(v, 100);
  near(shown(wide, 0).left, shown(v, 100).left);
  near(shown(wide, 0).bottom, shown(v, 100).bottom);
});

test("a part fits the room that is left beside a card", () => {
  const card = { left: 14, top: 14, right: 280, bottom: 590 };
  const room = roomBeside(size, [card], 20);
  assert.deepEqual(room, { left: 300, top: 20, right: 780, bottom: 580 });
  const camera = fitted({ left: -100, top: -50, right: 100, bottom: 50 }, size, room, 10);
  const v = view(camera, size, 1);
  assert.ok(-100 * v.scale + v.ox >= 299 && 100 * v.scale + v.ox <= 781);
  near(camera.scale, 2.4);
});

test("a card over most of the picture is not fitted beside", () => {
  assert.deepEqual(roomBeside(size, [{ left: 100, top: 100, right: 700, bottom: 500 }], 0), { left: 0, top: 0, right: 800, bottom: 600 });
});

test("nodes begin with a part of the room of each, and grow with the zoom more slowly than distances", () => {
  const at = (scale: number, drawn: number) => radius(6, view({ x: 0, y: 0, scale }, size, 1, growth(scale, 0.1, size, drawn, 6)));
  assert.ok(at(0.1, 100) > at(0.1, 1000) && at(0.1, 1000) > at(0.1, 5000) && at(0.1, 5000) >= 1.2);
  near(at(0.4, 1000), 4 ** 0.42 * at(0.1, 1000));
  assert.ok(at(100, 5000) < 7);
});

test("a few strays of many do not make the picture small", () => {
  const n = 2000;
  const scene = { x: Float32Array.from({ length: n }, (_, i) => (i === 5 ? 1e6 : i % 100)), y: new Float32Array(n), r: new Float32Array(n).fill(1) } as unknown as Parameters<typeof core>[0];
  assert.ok(core(scene, [...Array(n).keys()])!.right < 100);
  assert.equal(core(scene, [...Array(500).keys()])!.right, 1e6 + 1);
});
