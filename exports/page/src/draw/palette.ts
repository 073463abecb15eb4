import type { Palette } from "./types.ts";

/** Colours that people with any of the common colour blindnesses can tell apart; shapes and dashes say the same once more. */
export const LIGHT: Palette = {
  ground: "#f7f8fa",
  ink: "#1c2430",
  soft: "#566274",
  halo: "rgba(247,248,250,0.9)",
  accent: "#0b5cad",
  land: "#eceff4",
  types: ["#c1440e", "#008360", "#0068a8", "#b0558a", "#a87500", "#7a8594"],
  kinds: [
    { color: "#56657a", dash: [], alpha: 0.5 },
    { color: "#7a63b5", dash: [7, 4], alpha: 0.6 },
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
  land: "#181d26",
  types: ["#f0814a", "#35c79a", "#62b6f0", "#df8fbd", "#edb93b", "#98a3b3"],
  kinds: [
    { color: "#9aabc2", dash: [], alpha: 0.45 },
    { color: "#a995e0", dash: [7, 4], alpha: 0.55 },
    { color: "#73829a", dash: [], alpha: 0.3 },
    { color: "#73829a", dash: [2, 3], alpha: 0.5 },
  ],
};
