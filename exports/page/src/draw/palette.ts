import type { Palette } from "./types.ts";

/** Colours that people with any of the common colour blindnesses can tell apart; shapes and dashes say the same once more. */
export const LIGHT: Palette = {
  ground: "#f7f8fa",
  ink: "#1c2430",
  soft: "#566274",
  halo: "rgba(247,248,250,0.9)",
  accent: "#0b5cad",
  land: { saturation: 0.5, lightness: 0.8, alpha: 0.42 },
  types: ["#c1440e", "#008360", "#0068a8", "#b0558a", "#a87500", "#7a8594"],
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
  kinds: [
    { color: "#93a4bb", dash: [], alpha: 0.4 },
    { color: "#9d8fcb", dash: [7, 4], alpha: 0.4 },
    { color: "#73829a", dash: [], alpha: 0.3 },
    { color: "#73829a", dash: [2, 3], alpha: 0.5 },
  ],
};
