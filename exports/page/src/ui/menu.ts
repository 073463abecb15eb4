import type { Child } from "../dom.ts";
import { el } from "../dom.ts";

/** A button that opens a card below it; Escape and a click elsewhere close it. */
export function menu(label: string, face: Child[], content: () => Child[], id: string): HTMLElement {
  const card = el("div", { class: "card", id, hidden: true });
  const button = el("button", { type: "button", class: "icon-button", title: label, "aria-label": label, "aria-expanded": "false", "aria-controls": id, onclick: () => set(Boolean(card.hidden)) }, face);
  const box = el("div", { class: "menu" }, button, card);
  function set(open: boolean): void {
    if (open) card.replaceChildren(...el("div", null, content()).childNodes);
    card.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open) card.querySelector<HTMLElement>("input, button")?.focus();
  }
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || card.hidden) return;
    set(false);
    button.focus();
    event.stopPropagation();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!card.hidden && !box.contains(event.target as globalThis.Node)) set(false);
  });
  card.addEventListener("click", (event) => {
    if ((event.target as Element).closest("button[data-close]")) {
      set(false);
      button.focus();
    }
  });
  return box;
}
