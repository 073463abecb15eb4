import { el } from "../dom.ts";

/** A bar between two parts of the page that moves their border, by pointer or arrow keys. */
export function resizer(options: { label: string; vertical: boolean; property: string; low: number; high: () => number; value: () => number }): HTMLElement {
  const { label, vertical, property, low, high, value } = options;
  const bar = el("div", { class: `resizer ${vertical ? "vertical" : "horizontal"}`, role: "separator", tabindex: 0, "aria-label": label, "aria-orientation": vertical ? "vertical" : "horizontal", "aria-valuemin": low });
  const set = (size: number): void => {
    const next = Math.round(Math.max(low, Math.min(high(), size)));
    document.documentElement.style.setProperty(property, `${next}px`);
    bar.setAttribute("aria-valuenow", String(next));
    bar.setAttribute("aria-valuemax", String(Math.max(low, Math.round(high()))));
  };
  bar.addEventListener("pointerdown", (event) => {
    const origin = vertical ? event.clientX : event.clientY;
    const size = value();
    bar.setPointerCapture(event.pointerId);
    const move = (now: PointerEvent): void => set(size + origin - (vertical ? now.clientX : now.clientY));
    const end = (): void => {
      bar.removeEventListener("pointermove", move);
      bar.removeEventListener("pointerup", end);
      bar.removeEventListener("pointercancel", end);
    };
    bar.addEventListener("pointermove", move);
    bar.addEventListener("pointerup", end);
    bar.addEventListener("pointercancel", end);
    event.preventDefault();
  });
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: 24, ArrowUp: 24, ArrowRight: -24, ArrowDown: -24 }[event.key];
    if (step === undefined || (vertical ? /Up|Down/ : /Left|Right/).test(event.key)) return;
    set(value() + step);
    event.preventDefault();
    event.stopPropagation();
  });
  bar.setAttribute("aria-valuenow", "0");
  return bar;
}
