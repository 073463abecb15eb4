/** The questions of the cookbook: choose one, fill in its parameters, get its text in both languages. */
import { el } from "../dom.ts";
import { type Filled, get, type Param, type Question } from "./answer.ts";
import { type Thing, TYPES } from "./things.ts";

interface Searched {
  items: { id: string; label: string; type: string; name: string }[];
}

export class Cookbook {
  readonly element: HTMLElement;
  readonly #questions: Question[];
  readonly #taken: (filled: Filled & { asked: Thing | null }) => void;
  readonly #list = el("ul", { class: "questions" });
  readonly #fields = el("div", { class: "fields" });
  readonly #told = el("p", { class: "told", role: "status" });
  #chosen: Question | null = null;
  #asked = 0;

  constructor(questions: Question[], taken: (filled: Filled & { asked: Thing | null }) => void) {
    this.#questions = questions;
    this.#taken = taken;
    const filter = el("input", { type: "search", id: "filter", placeholder: "Find a question", autocomplete: "off", oninput: () => this.#show(filter.value) });
    this.element = el("div", null, el("h2", null, "Cookbook"), el("label", { for: "filter", class: "hidden-text" }, "Find a question"), filter, this.#list);
    this.#show("");
  }

  #show(text: string): void {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = this.#questions.filter((one) => words.every((word) => `${one.number} ${one.title} ${one.name}`.toLowerCase().includes(word)));
    this.#list.replaceChildren(
      ...fits.map((one) => {
        const open = one === this.#chosen;
        const button = el("button", { type: "button", class: "question", "aria-expanded": String(open), onclick: () => void this.#choose(one, text) }, el("span", { class: "n" }, one.number), one.title);
        return el("li", null, button, open ? this.#fields : null, open ? this.#told : null);
      }),
    );
    if (!fits.length) this.#list.replaceChildren(el("li", { class: "soft" }, "No question has these words."));
  }

  async #choose(question: Question, text: string): Promise<void> {
    this.#chosen = question;
    this.#fields.replaceChildren(...question.params.map((param) => this.#field(param)));
    this.#told.textContent = "";
    this.#show(text);
    const button = [...this.#list.querySelectorAll("button")].find((one) => one.getAttribute("aria-expanded") === "true");
    button?.focus();
    button?.parentElement?.scrollIntoView({ block: "nearest" });
    await this.#fill();
  }

  #field(param: Param): HTMLElement {
    const id = `param-${param.name}`;
    const options = el("datalist", { id: `${id}-known` });
    const input = el("input", { id, name: param.name, value: param.default, autocomplete: "off", list: `${id}-known`, type: param.kind === "integer" || param.kind === "number" ? "number" : "text", step: param.kind === "number" ? "any" : null });
    if (param.kind === "type") options.replaceChildren(...TYPES.filter((type) => type !== "Paper").map((type) => el("option", { value: type })));
    if (param.kind === "concept" || param.kind === "paper") input.addEventListener("input", () => void this.#complete(input, options, param));
    input.addEventListener("change", () => void this.#fill());
    return el("div", { class: "field" }, el("label", { for: id }, param.name), input, options, el("p", { class: "soft" }, param.about));
  }

  async #complete(input: HTMLInputElement, options: HTMLElement, param: Param): Promise<void> {
    const text = input.value.trim().slice(0, 300);
    if (text.length < 2) return;
    const types = param.kind === "paper" ? ["Paper"] : TYPES.filter((type) => type !== "Paper");
    try {
      const { items } = await get<Searched>("search", [["q", text], ["limit", "8"], ...types.map((type): [string, string] => ["type", type])]);
      if (input.value.trim().slice(0, 300) === text) options.replaceChildren(...items.map((one) => el("option", { value: param.kind === "paper" ? one.id : one.label }, param.kind === "paper" ? one.label : one.type)));
    } catch {
      // completing is a help, no more: what is wrong is said when the question is filled in
    }
  }

  async #fill(): Promise<void> {
    const question = this.#chosen;
    if (!question) return;
    const mine = ++this.#asked;
    const given = question.params.map((param): [string, string] => ["param", `${param.name}=${this.#value(param)}`]);
    try {
      const filled = await get<Filled>("question", [["name", question.name], ...given]);
      if (mine !== this.#asked) return;
      this.#told.textContent = filled.notes.join(" ");
      const concepts = question.params.filter((param) => param.kind === "concept");
      const [only] = concepts;
      const asked: Thing | null = only && concepts.length === 1 ? { kind: "concept", id: String(filled.values[only.name]), label: this.#value(only), type: "" } : null;
      this.#taken({ ...filled, asked });
    } catch (error) {
      if (mine === this.#asked) this.#told.textContent = error instanceof Error ? error.message : String(error);
    }
  }

  #value(param: Param): string {
    return this.#fields.querySelector<HTMLInputElement>(`#param-${param.name}`)?.value.trim() || param.default;
  }
}
