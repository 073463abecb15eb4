import type { App } from "../app.ts";
import { el } from "../dom.ts";
import { icon } from "../icons.ts";

/** On a narrow screen the details are a sheet from below, in one of three heights; on a wide one this does nothing. */
export function sheet(app: App, panel: HTMLElement, small: MediaQueryList): HTMLElement {
  const SIZES = ["low", "half", "full"] as const;
  let size: (typeof SIZES)[number] = "low";
  const grip = el("button", { type: "button", class: "grip", "aria-label": "Taller or lower details", "aria-expanded": "false" }, el("i"), icon("chevron"));
  function set(next: (typeof SIZES)[number]): void {
    size = next;
    panel.dataset["size"] = size;
    grip.setAttribute("aria-expanded", String(size !== "low"));
  }
  let dragged = false;
  grip.addEventListener("pointerdown", (event) => {
    const from = event.clientY;
    dragged = false;
    grip.setPointerCapture(event.pointerId);
    const move = (now: PointerEvent): void => {
      const by = from - now.clientY;
      if (Math.abs(by) < 30 || dragged) return;
      dragged = true;
      set(SIZES[Math.max(0, Math.min(2, SIZES.indexOf(size) + Math.sign(by)))]!);
    };
    grip.addEventListener("pointermove", move);
    grip.addEventListener("pointerup", () => grip.removeEventListener("pointermove", move), { once: true });
  });
  grip.addEventListener("click", () => {
    if (!dragged) set(size === "low" ? "half" : size === "half" ? "full" : "low");
    dragged = false;
  });
  app.onChange((change) => {
    if (!change.selection && !change.draft) return;
    if (small.matches && app.state.selection) document.body.classList.add("no-filters");
    size = (panel.dataset["size"] ?? "low") as typeof size;
    if (app.draft || (app.state.selection && size === "low")) set("half");
    else if (!app.state.selection && size === "full") set("half");
  });
  panel.prepend(grip);
  set("low");
  return panel;
}
