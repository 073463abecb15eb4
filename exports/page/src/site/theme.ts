/** Light or dark: as the system says, until one chooses. The choice is kept where the browser lets a page keep anything. */

import { el } from "../dom.ts";

const KEY = "paperkg-theme";

export function theme(host: HTMLElement): void {
  const html = document.documentElement;
  const kept = read();
  if (kept) html.dataset["theme"] = kept;
  const dark = () => (html.dataset["theme"] ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const button = el("button", { type: "button", "aria-label": "Dark colours" }, "◐");
  const tell = () => button.setAttribute("aria-pressed", String(dark()));
  button.addEventListener("click", () => {
    html.dataset["theme"] = dark() ? "light" : "dark";
    write(html.dataset["theme"]);
    tell();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", tell);
  tell();
  host.append(button);
}

function read(): "dark" | "light" | null {
  try {
    const found = localStorage.getItem(KEY);
    return found === "dark" || found === "light" ? found : null;
  } catch {
    return null;
  }
}

function write(value: string): void {
  try {
    localStorage.setItem(KEY, value);
  } catch {
    // a page from the disk or a private window may keep nothing; the choice then holds for this page
  }
}
