/** What a frame shows, worked out without a browser. */
import type { View } from "../../src/draw/camera.ts";
import { chooseNodes } from "../../src/draw/detail.ts";
import { type Placed, Widths } from "../../src/draw/labels.ts";
import { compose } from "../../src/draw/picture.ts";
import type { Looks, Scene } from "../../src/draw/types.ts";

/** A measure of texts without a canvas. */
const widths = new Widths({ font: "", measureText: (text: string) => ({ width: 6 * text.length }) as TextMetrics });
const none = { node: null, edge: null };

export function picture(scene: Scene, looks: Looks, v: View, top: number[] = [], before: readonly Placed[] = []) {
  const choice = chooseNodes(scene, looks, null, v, 1, scene.n);
  return { choice, picture: compose(scene, looks, none, choice, top, v, [6, 28], [], widths, before) };
}
