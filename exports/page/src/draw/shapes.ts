/** Shapes tell types apart without colours. All have about the area of the circle whose radius they are drawn with. */

export const SHAPES = ["diamond", "square", "triangle", "dot", "hexagon", "page"] as const;
export type Shape = (typeof SHAPES)[number];

/** Corners around 0, 0 for radius 1, as x, y, x, y …; none: a circle. */
export const CORNERS: Readonly<Record<Shape, readonly number[]>> = {
  diamond: [0, -1.25, 1.25, 0, 0, 1.25, -1.25, 0],
  square: [-0.89, -0.89, 0.89, -0.89, 0.89, 0.89, -0.89, 0.89],
  triangle: [0, -1.45, 1.35, 0.88, -1.35, 0.88],
  dot: [],
  hexagon: [1.1, 0, 0.55, 0.95, -0.55, 0.95, -1.1, 0, -0.55, -0.95, 0.55, -0.95],
  page: [-0.75, -1.05, 0.75, -1.05, 0.75, 1.05, -0.75, 1.05],
};

const BY_TYPE = SHAPES.map((shape) => CORNERS[shape]);

/** The corners of a type; a type that has no shape is a dot. */
export function corners(type: number): readonly number[] {
  return BY_TYPE[type] ?? [];
}

/** What a path can be drawn with: the canvas's context, or a path. */
export type Pen = Pick<CanvasRenderingContext2D, "moveTo" | "lineTo" | "closePath" | "arc">;

/** Adds the outline of a shape to a path. */
export function outline(pen: Pen, type: number, x: number, y: number, r: number): void {
  const points = corners(type);
  if (points.length === 0) {
    pen.moveTo(x + r, y);
    pen.arc(x, y, r, 0, 2 * Math.PI);
    return;
  }
  pen.moveTo(x + points[0]! * r, y + points[1]! * r);
  for (let k = 2; k < points.length; k += 2) pen.lineTo(x + points[k]! * r, y + points[k + 1]! * r);
  pen.closePath();
}

/** The `points` of an SVG polygon; empty for a circle. */
export function polygon(type: number, x: number, y: number, r: number): string {
  const points = corners(type);
  const parts: string[] = [];
  for (let k = 0; k < points.length; k += 2) parts.push(`${short(x + points[k]! * r)},${short(y + points[k + 1]! * r)}`);
  return parts.join(" ");
}

/** A number with at most two decimals. */
export function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}
