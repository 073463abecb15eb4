import type { App } from "../app.ts";
import { el } from "../dom.ts";

/** What is said to screen readers, and short notices for everybody. */
export function live(app: App): HTMLElement[] {
  const region = el("div", { id: "live", class: "hidden-text", role: "status", "aria-live": "polite" });
  const notice = el("div", { id: "toast", "aria-hidden": "true", hidden: true });
  let timer = 0;
  let saying = 0;
  app.say = (text) => {
    clearTimeout(saying);
    saying = window.setTimeout(() => (region.textContent = text), 150);
  };
  app.toast = (text) => {
    notice.textContent = text;
    notice.hidden = false;
    clearTimeout(timer);
    timer = window.setTimeout(() => (notice.hidden = true), Math.max(3500, 60 * text.length));
    app.say(text);
  };
  return [region, notice];
}
