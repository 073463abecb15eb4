import { el } from "../dom.ts";

/** What a page says with. */
export interface Voice {
  say: (text: string) => void;
  toast: (text: string) => void;
}

/** What is said to screen readers, and short notices for everybody: gives `page` its voice. */
export function live(page: Voice): HTMLElement[] {
  const region = el("div", { id: "live", class: "hidden-text", role: "status", "aria-live": "polite" });
  const notice = el("div", { id: "toast", "aria-hidden": "true", hidden: true });
  let timer = 0;
  let saying = 0;
  page.say = (text) => {
    clearTimeout(saying);
    saying = window.setTimeout(() => (region.textContent = text), 150);
  };
  page.toast = (text) => {
    notice.textContent = text;
    notice.hidden = false;
    clearTimeout(timer);
    timer = window.setTimeout(() => (notice.hidden = true), Math.max(3500, 60 * text.length));
    page.say(text);
  };
  return [region, notice];
}
