import type { App } from "../app.ts";
import { type Choice, COLOR, REST, SIZE, colors, colorsBy, sizes } from "../core/properties.ts";
import { count, el } from "../dom.ts";

/** What nodes are sized and coloured by, and what each colour stands for. */
export function lookControls(app: App): { box: HTMLElement; plain: () => boolean } {
  const own = (name: "size" | "color", words: string, choices: Choice[]): HTMLSelectElement => {
    const field = el("select", { id: `${name}-by`, "aria-label": words }, choices.map((choice) => el("option", { value: choice.name }, choice.label)));
    field.addEventListener("change", () => {
      app.store.set({ [name]: field.value });
      app.say(`${words} ${choices.find((choice) => choice.name === field.value)?.label ?? ""}.`);
    });
    return field;
  };
  const bySize = sizes(app.model);
  const size = own("size", "Size by", bySize);
  const color = own("color", "Colour by", colors(app.model));
  const key = el("ul", { class: "key", "aria-label": "Colours" });
  const line = (words: string, field: HTMLSelectElement): HTMLElement => el("div", { class: "choose" }, el("label", { for: field.id }, words), field);
  const box = el("div", { id: "look" }, bySize.length > 1 ? line("Size by", size) : null, line("Colour by", color), key);

  function render(): void {
    const { state } = app;
    size.value = state.size;
    color.value = state.color;
    const found = colorsBy(app.model, state.color);
    key.hidden = found === null;
    key.replaceChildren(...(found?.keys ?? []).map(({ color: at, label, concepts }) => {
      const swatch = el("i", { class: "swatch" });
      swatch.style.background = `var(--${at === REST ? "rest" : `${found!.list === "scale" ? "scale" : "class"}-${at}`})`;
      return el("li", { title: count(concepts, "concept") }, swatch, el("span", { class: "label" }, label), el("span", { class: "count" }, concepts.toLocaleString("en")));
    }));
  }
  app.onChange((change) => {
    if (change.look || change.data) render();
  });
  render();
  return { box, plain: () => app.state.color !== COLOR };
}

/** What the picture's sizes and colours say, where they are not the usual ones; for the description of a file. */
export function lookWords(app: App): string {
  const { size, color } = app.state;
  const label = (choices: Choice[], name: string): string => choices.find((choice) => choice.name === name)?.label ?? name;
  const said: string[] = [];
  if (size !== SIZE) said.push(`Size by: ${label(sizes(app.model), size)}.`);
  const found = colorsBy(app.model, color);
  if (found) said.push(`Colour by: ${label(colors(app.model), color)} (${found.keys.map((key) => key.label).join("; ")}).`);
  return said.join(" ");
}
