import { DARK, LIGHT } from "./draw/palette.ts";
import type { Palette } from "./draw/types.ts";

/** Light or dark: as the system says, until someone chooses; nothing is stored. */
export class Theme {
  #chosen: "light" | "dark" | null = null;
  readonly #system = matchMedia("(prefers-color-scheme: dark)");
  #listener: (palette: Palette) => void = () => undefined;

  constructor() {
    this.#system.addEventListener("change", () => this.#apply());
    this.#apply();
  }

  get dark(): boolean {
    return this.#chosen ? this.#chosen === "dark" : this.#system.matches;
  }

  get palette(): Palette {
    return this.dark ? DARK : LIGHT;
  }

  onChange(listener: (palette: Palette) => void): void {
    this.#listener = listener;
  }

  toggle(): void {
    this.#chosen = this.dark ? "light" : "dark";
    this.#apply();
  }

  #apply(): void {
    const root = document.documentElement;
    root.dataset["theme"] = this.dark ? "dark" : "light";
    // colours of the drawing, for the legend and icons
    this.palette.types.forEach((color, i) => root.style.setProperty(`--type-${i}`, color));
    this.palette.scale.forEach((color, i) => root.style.setProperty(`--scale-${i}`, color));
    this.palette.classes.forEach((color, i) => root.style.setProperty(`--class-${i}`, color));
    root.style.setProperty("--rest", this.palette.rest);
    this.palette.kinds.forEach((kind, i) => root.style.setProperty(`--kind-${i}`, kind.color));
    this.#listener(this.palette);
  }
}
