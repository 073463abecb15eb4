import type { App } from "../app.ts";
import { count, el, svg } from "../dom.ts";

/** Two handles over the papers a year: what is shown is of these years. Null where there is but one year. */
export function yearSlider(app: App): HTMLElement | null {
  const { years, papers } = app.model.data;
  const of = years?.of ?? [];
  if (of.length < 2) return null;
  const [low, high] = [Math.min(...of), Math.max(...of)];
  const span = high - low + 1;
  const counts = new Array<number>(span).fill(0);
  if (years?.papers?.length === of.length) of.forEach((year, i) => (counts[year - low]! += years.papers![i]!));
  else for (const year of papers.year) if (year !== null && year >= low && year <= high) counts[year - low]! += 1;
  const most = Math.max(1, ...counts);
  // by the root, so that a year of few papers is still to be seen beside one of many
  const bars = counts.map((n, i) => svg("rect", { x: i + 0.1, width: 0.8, y: 1 - Math.sqrt(n / most), height: Math.sqrt(n / most) }));
  const chart = svg("svg", { class: "bars", viewBox: `0 0 ${span} 1`, preserveAspectRatio: "none", "aria-hidden": "true" }, bars);
  const range = (name: string): HTMLInputElement => el("input", { type: "range", min: low, max: high, step: 1, "aria-label": name });
  const from = range("From year");
  const to = range("To year");
  const words = el("output", { class: "words" });
  const clear = el("button", { type: "button", class: "small", onclick: () => app.store.show({ years: null }) }, "All years");
  const box = el("section", { id: "years", "aria-label": "Years" }, el("div", { class: "line" }, words, clear), el("div", { class: "track" }, chart, from, to));

  let timer = 0;
  function change(event: Event): void {
    let [a, b] = [Number(from.value), Number(to.value)];
    if (a > b) {
      // one handle pushes the other
      if (event.target === from) b = a;
      else a = b;
    }
    from.value = String(a);
    to.value = String(b);
    draw(a, b);
    clearTimeout(timer);
    timer = window.setTimeout(() => app.store.show({ years: a === low && b === high ? null : [a, b] }), 120);
  }
  function draw(a: number, b: number): void {
    bars.forEach((bar, i) => bar.classList.toggle("out", low + i < a || low + i > b));
    let n = 0;
    counts.forEach((papers_, i) => (n += low + i >= a && low + i <= b ? papers_ : 0));
    words.textContent = `${a === b ? a : `${a}–${b}`} · ${count(n, "paper")}`;
  }
  function render(): void {
    const [a, b] = app.state.show.years ?? [low, high];
    from.value = String(a);
    to.value = String(b);
    clear.hidden = app.state.show.years === null;
    draw(Number(from.value), Number(to.value));
  }
  from.addEventListener("input", change);
  to.addEventListener("input", change);
  app.onChange((changed) => {
    if (changed.shown) render();
  });
  render();
  return box;
}
