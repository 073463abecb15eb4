/** The search field: completes while one types; up, down, Enter and Escape do what they do in every such field. */

import { count, el } from "../dom.ts";
import type { Hit, Index } from "./index.ts";
import { words } from "./words.ts";

const MOST = 12;
/** Of entries of the index, by their first number. */
export const TYPES = ["Task", "Dataset", "Architecture", "Method", "Metric", "Paper"];

/** A search field in `host`; `slash` makes / the key that leads to it. */
export function searchField(host: HTMLElement, root: string, index: Index, slash: boolean): void {
  const own = (name: string) => `${host.id}-${name}`;
  const list = el("ul", { class: "found", id: own("found"), role: "listbox", "aria-label": "Found", hidden: true });
  const said = el("div", { class: "off", role: "status" });
  const input = el("input", {
    type: "search", placeholder: slash ? "Search   /" : "Search", role: "combobox", "aria-label": "Search concepts and papers", "aria-expanded": "false",
    "aria-controls": own("found"), "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false",
  });
  host.append(input, list, said);
  let targets: string[] = [];
  let at = -1;
  let turn = 0;

  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    at = -1;
  };
  const choose = (n: number) => {
    at = n;
    [...list.children].forEach((option, k) => option.setAttribute("aria-selected", String(k === n)));
    const option = list.children[n];
    if (!option) return;
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };
  const go = (n: number) => {
    const target = targets[n];
    if (target) location.href = target;
  };
  const show = (hits: Hit[], total: number, query: string) => {
    targets = hits.map(({ entry }) => `${root}${entry[2].includes("/") ? "" : entry[0] === 5 ? "paper/" : "concept/"}${entry[2]}.html`);
    list.replaceChildren(...hits.map((hit, n) => option(hit, n, query, own("found"))));
    list.querySelectorAll("li").forEach((li, n) => li.addEventListener("click", () => go(n)));
    if (hits.length === 0) list.append(el("li", { class: "none" }, "Nothing goes by that name."));
    else if (total > hits.length) list.append(el("li", { class: "none" }, `${(total - hits.length).toLocaleString("en")} more: type on to narrow it down`));
    list.hidden = false;
    list.dataset["query"] = query;
    input.setAttribute("aria-expanded", "true");
    said.textContent = hits.length ? count(total, "result") : "Nothing goes by that name.";
    if (hits.length) choose(0);
  };
  const ask = async () => {
    const mine = ++turn;
    const query = input.value;
    if (words(query).length === 0) return close();
    try {
      const { hits, total } = await index.find(query, MOST);
      // an answer that comes after a later question is nobody's
      if (mine === turn) show(hits, total, query);
    } catch (error) {
      if (mine !== turn) return;
      list.replaceChildren(el("li", { class: "none" }, `The search index cannot be read: ${error instanceof Error ? error.message : String(error)}.`));
      list.hidden = false;
    }
  };
  // Enter means what has been typed, also where the answer to the last letters is yet to come
  let asked = Promise.resolve();
  const askNow = () => void (asked = ask());
  input.addEventListener("input", askNow);
  input.addEventListener("focus", () => void (input.value && askNow()));
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) askNow();
      else if (targets.length) choose((at + (event.key === "ArrowDown" ? 1 : -1) + targets.length) % targets.length);
    } else if (event.key === "Enter") void asked.then(() => !list.hidden && at >= 0 && go(at));
    else if (event.key === "Escape") {
      if (list.hidden) input.value = "";
      close();
    }
  });
  // so that a click on an answer comes before the list closes
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  input.addEventListener("blur", close);
  if (!slash) return;
  document.addEventListener("keydown", (event) => {
    const inField = event.target instanceof HTMLElement && event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !inField && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      input.focus();
      input.select();
    }
  });
}

function option({ entry }: Hit, n: number, query: string, id: string): HTMLElement {
  const [type, label, , figure, names] = entry;
  const asked = words(query);
  const fits = (name: string) => asked.every((word) => words(name).some((own) => own.startsWith(word)));
  const as = fits(label) ? undefined : names.find(fits);
  const behind = type === 5 ? (figure === null ? "paper" : String(figure)) : count(figure ?? 0, "paper");
  return el(
    "li",
    { role: "option", id: `${id}-${n}`, "aria-selected": "false" },
    el("i", { class: `s ${(TYPES[type] ?? "Paper").toLowerCase()}` }),
    el("span", null, label, as !== undefined && el("span", { class: "as" }, ` also ${as}`), el("span", { class: "off" }, `, ${TYPES[type] ?? ""}`)),
    el("span", { class: "n" }, behind),
  );
}
