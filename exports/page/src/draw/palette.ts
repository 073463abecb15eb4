import type { Palette, Scene } from "./types.ts";

/** Colours that people with any of the common colour blindnesses can tell apart; shapes and dashes say the same once more. */
export const LIGHT: Palette = {
  ground: "#f7f8fa",
  ink: "#1c2430",
  soft: "#566274",
  halo: "rgba(247,248,250,0.9)",
  accent: "#0b5cad",
  land: { saturation: 0.5, lightness: 0.8, alpha: 0.42 },
  types: ["#c1440e", "#008360", "#0068a8", "#b0558a", "#a87500", "#7a8594"],
  scale: ["#b4c94b", "#62b374", "#25958a", "#23738f", "#2f4f86", "#35205f"],
  classes: ["#0068a8", "#c1440e", "#008360", "#b0558a", "#a87500", "#5f4bb6", "#2d9fc9", "#5b3a29"],
  rest: "#a8b1bd",
  kinds: [
    { color: "#5d6b80", dash: [], alpha: 0.45 },
    { color: "#7466a8", dash: [7, 4], alpha: 0.45 },
    { color: "#8a97a8", dash: [], alpha: 0.3 },
    { color: "#8a97a8", dash: [2, 3], alpha: 0.5 },
  ],
};

export const DARK: Palette = {
  ground: "#11151b",
  ink: "#e8ecf2",
  soft: "#a3afbf",
  halo: "rgba(17,21,27,0.9)",
  accent: "#79b8ff",
  land: { saturation: 0.35, lightness: 0.3, alpha: 0.5 },
  types: ["#f0814a", "#35c79a", "#62b6f0", "#df8fbd", "#edb93b", "#98a3b3"],
  scale: ["#4d4a8f", "#3b6f9e", "#2f9598", "#4fba7c", "#a3d65a", "#f6ec6f"],
  classes: ["#62b6f0", "#f0814a", "#35c79a", "#df8fbd", "#edb93b", "#a493ee", "#a6e3f7", "#c49a7c"],
  rest: "#5a6575",
  kinds: [
    { color: "#93a4bb", dash: [], alpha: 0.4 },
    { color: "#9d8fcb", dash: [7, 4], alpha: 0.4 },
    { color: "#73829a", dash: [], alpha: 0.3 },
    { color: "#73829a", dash: [2, 3], alpha: 0.5 },
  ],
};

/** The colour of a node. */
export function colorOf(scene: Scene, palette: Palette, node: number): string {
  const { fill } = scene;
  return (fill ? palette[fill.list][fill.at[node]!] : palette.types[scene.type[node]!]) ?? palette.rest;
}
