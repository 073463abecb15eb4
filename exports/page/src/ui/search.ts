import type { App } from "../app.ts";
import { count, el } from "../dom.ts";
import { icon, typeIcon } from "../icons.ts";
import type { Found } from "../source/source.ts";

const MOST = 30;
let fields = 0;

export interface SearchOptions {
  label: string;
  /** Whether papers answer as well. */
  papers: boolean;
  take: (found: Found) => void;
  id?: string;
}

/** A field that completes: concepts and papers by any of their names. A combobox after the ARIA Authoring Practices. */
export function searchField(app: App, { label, papers, take, id = `search-${++fields}` }: SearchOptions): { box: HTMLElement; input: HTMLInputElement } {
  const input = el("input", {
    id, type: "search", placeholder: label, "aria-label": label, role: "combobox", "aria-expanded": "false", "aria-controls": `${id}-found`,
    "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false", maxlength: 200,
  });
  const answers = el("ul", { id: `${id}-found`, class: "found", role: "listbox", "aria-label": `${label}: answers`, hidden: true });
  const none = el("p", { class: "none", hidden: true });
  const box = el("div", { class: "search" }, icon("search"), input, answers, none);
  let found: Found[] = [];
  let picked = 0;
  let asked = 0;

  function close(): void {
    answers.hidden = none.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(one: Found): void {
    close();
    input.value = "";
    take(one);
  }

  function pick(n: number): void {
    picked = Math.max(0, Math.min(found.length - 1, n));
    [...answers.children].forEach((row, i) => row.setAttribute("aria-selected", String(i === picked)));
    const row = answers.children[picked];
    if (!row) return;
    input.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
  }

  async function search(): Promise<void> {
    const text = input.value;
    const mine = ++asked;
    if (!text.trim()) return close();
    let total: number;
    try {
      const answer = await app.source.search(text, papers ? MOST : 3 * MOST);
      if (mine !== asked || input.value !== text) return;
      found = answer.found.filter((one) => papers || one.concept !== undefined).slice(0, MOST);
      total = papers ? answer.total : found.length;
    } catch (error) {
      if (mine === asked) app.toast(error instanceof Error ? error.message : String(error));
      return;
    }
    answers.replaceChildren(...found.map(row));
    answers.hidden = found.length === 0;
    const { concepts } = app.model.data.counts;
    const missing = !app.source.searchesAll && concepts > app.model.size ? ` ${count(concepts - app.model.size, "concept")} of the graph ${concepts - app.model.size === 1 ? "is" : "are"} not on this page.` : "";
    const more = total - found.length;
    none.textContent = found.length === 0 ? `Nothing goes by that name.${missing}` : more > 0 ? `${more.toLocaleString("en")} more; type on` : "";
    none.hidden = !none.textContent;
    none.classList.toggle("foot", found.length > 0);
    input.setAttribute("aria-expanded", String(found.length > 0));
    pick(0);
    app.say(found.length ? `${count(total, "answer")}. ${found[0]!.label}` : (none.textContent ?? ""));
  }

  function row(one: Found, n: number): HTMLElement {
    const name = el("span", { class: "name" }, el("span", { class: "label" }, one.label), one.as ? el("span", { class: "as" }, one.as) : null);
    const line = el("li", { role: "option", id: `${id}-found-${n}`, "aria-selected": "false" }, typeIcon(app.model.data.types, one.type), name, el("span", { class: "n" }, one.detail));
    // before the field loses the focus, which closes the list
    line.addEventListener("mousedown", (event) => {
      event.preventDefault();
      choose(one);
    });
    return line;
  }

  input.addEventListener("input", () => void search());
  input.addEventListener("focus", () => void search());
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      pick(picked + (event.key === "ArrowDown" ? 1 : -1));
      event.preventDefault();
    } else if (event.key === "Enter" && !answers.hidden && found[picked]) {
      event.preventDefault();
      choose(found[picked]!);
    } else if (event.key === "Escape") {
      if (input.value) {
        input.value = "";
        close();
        event.stopPropagation();
      } else input.blur();
    }
  });
  return { box, input };
}
