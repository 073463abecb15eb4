/** What a mention in a text, a circle or a cell stands for, beside it while it is pointed at or has the focus. */

import { el } from "../dom.ts";

/** Mentions are described by entries of a list on the page, circles and cells by their own labels. */
export function tips(): void {
  const owners = document.querySelectorAll<HTMLElement | SVGElement>("a.m[aria-describedby], .map a[aria-label], .heat td a[aria-label]");
  if (owners.length === 0) return;
  const card = el("div", { class: "tip", hidden: true });
  document.body.append(card);
  let owner: Element | null = null;
  let leaving = 0;

  const hide = () => {
    card.hidden = true;
    owner = null;
  };
  const show = (element: Element) => {
    clearTimeout(leaving);
    if (owner === element) return;
    owner = element;
    const ids = (element.getAttribute("aria-describedby") ?? "").split(/\s+/).filter(Boolean);
    card.replaceChildren(ids.length ? el("ul", null, ids.flatMap(copy)) : (element.getAttribute("aria-label") ?? ""));
    card.hidden = false;
    // the first line of a mention that is broken over two is where it begins
    const box = element.getClientRects()[0] ?? element.getBoundingClientRect();
    const room = document.documentElement.clientWidth;
    const left = Math.max(12, Math.min(box.left, room - card.offsetWidth - 12));
    const below = box.bottom + 6 + card.offsetHeight < innerHeight;
    card.style.left = `${left + scrollX}px`;
    card.style.top = `${(below ? box.bottom + 6 : box.top - card.offsetHeight - 6) + scrollY}px`;
  };
  // it stays while the pointer is on it, so that its links can be followed
  const leave = () => {
    clearTimeout(leaving);
    leaving = window.setTimeout(hide, 150);
  };
  for (const element of owners) {
    element.addEventListener("pointerenter", () => show(element));
    element.addEventListener("pointerleave", leave);
    element.addEventListener("focus", () => show(element));
    element.addEventListener("blur", leave);
  }
  card.addEventListener("pointerenter", () => clearTimeout(leaving));
  card.addEventListener("pointerleave", leave);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
}

/** An entry of the list of links, without its id, its button and what is folded in it. */
function copy(id: string): Node[] {
  const entry = document.getElementById(id);
  if (!entry) return [];
  const made = entry.cloneNode(true) as HTMLElement;
  made.removeAttribute("id");
  made.querySelectorAll("details, button").forEach((part) => part.remove());
  const heading = entry.closest("ul")?.previousElementSibling?.textContent?.trim();
  if (heading) made.prepend(el("span", { class: "meta" }, `${heading} `));
  return [made];
}
