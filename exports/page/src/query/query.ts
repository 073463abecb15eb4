/** The query page of `kg serve`: SPARQL and Cypher, with the questions of the cookbook. */
import { count, el } from "../dom.ts";
import { save } from "../export/save.ts";
import { icon } from "../icons.ts";
import { Theme } from "../theme.ts";
import { type Answer, ask, get, type Language, parameters, type Question, type Value } from "./answer.ts";
import { Cookbook } from "./cookbook.ts";
import { address, picture, records, table } from "./result.ts";
import { graph, type Thing } from "./things.ts";

/** Rows that are shown, and that a file takes, at most. */
const SHOWN = 1000, WHOLE = 100_000;
const EXAMPLES: Record<Language, string> = {
  sparql: "SELECT ?title ?year {\n  ?paper a kg:Paper ; dcterms:title ?title .\n  OPTIONAL { ?paper dcterms:issued ?year }\n}\nLIMIT 20\n",
  cypher: "MATCH (paper:Paper)-[link:PROPOSES]->(concept:Concept)\nRETURN paper, link, concept\nLIMIT 20\n",
};
const NAMES: Record<Language, string> = { sparql: "SPARQL", cypher: "Cypher" };

class Page {
  readonly #theme = new Theme();
  readonly #base = document.body.dataset["base"] ?? "";
  #language: Language = "sparql";
  #texts: Record<Language, string> = { ...EXAMPLES };
  /** What the parameters of the question mean; empty for a query of one's own. */
  #values: Record<string, Value> = {};
  /** What was asked for, where it was one concept. */
  #asked: Thing | null = null;
  #running: AbortController | null = null;
  #gone: () => void = () => undefined;
  readonly #query = el("textarea", { id: "query", rows: 12, spellcheck: "false", autocapitalize: "off", autocomplete: "off" });
  readonly #params = el("div", { class: "given" });
  readonly #status = el("p", { id: "status", role: "status" });
  readonly #result = el("div", { id: "result" });
  readonly #run = el("button", { type: "submit", class: "run" }, "Run");
  readonly #stop = el("button", { type: "button", class: "small", hidden: true, onclick: () => this.#running?.abort() }, "Stop");
  readonly #cookbook: Cookbook;

  constructor(host: HTMLElement, questions: Question[], limits: string) {
    this.#cookbook = new Cookbook(questions, (filled) => {
      this.#texts = { sparql: filled.sparql, cypher: filled.cypher };
      this.#values = filled.values;
      this.#asked = filled.asked;
      this.#show();
    });
    const tabs = (["sparql", "cypher"] as const).map((language) => {
      const input = el("input", { type: "radio", name: "language", value: language, checked: language === this.#language, onchange: () => this.#switch(language) });
      return el("label", { class: "tab" }, input, NAMES[language]);
    });
    this.#query.addEventListener("input", () => {
      this.#asked = null; // a query of one's own
      this.#texts[this.#language] = this.#query.value;
      this.#given();
    });
    this.#query.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        void this.#ask();
      }
    });
    const form = el(
      "form",
      { onsubmit: (event: Event) => (event.preventDefault(), void this.#ask()) },
      el("fieldset", { class: "tabs" }, el("legend", { class: "hidden-text" }, "Language"), tabs),
      el("label", { for: "query", class: "hidden-text" }, "Query"),
      this.#query,
      this.#params,
      el("div", { class: "buttons" }, this.#run, this.#stop, el("kbd", null, "Ctrl Enter"), el("span", { class: "soft" }, limits)),
    );
    const dark = el("button", { type: "button", class: "icon-button", "aria-label": "Light or dark", onclick: () => this.#theme.toggle() }, icon("theme"));
    host.replaceChildren(
      el("header", null, el("h1", null, "Query the graph"), el("nav", { "aria-label": "Pages" }, el("a", { href: "/" }, "Explorer"), el("a", { href: "/api/openapi.json" }, "API")), dark),
      el("main", null, el("section", { class: "cookbook", "aria-label": "Questions of the cookbook" }, this.#cookbook.element), el("section", { class: "desk", "aria-label": "Query and answer" }, form, this.#status, this.#result)),
    );
    this.#show();
  }

  #switch(language: Language): void {
    this.#language = language;
    this.#show();
  }

  #show(): void {
    this.#query.value = this.#texts[this.#language];
    this.#given();
  }

  /** What `$name` in a Cypher text stands for. */
  #given(): void {
    const wanted = this.#language === "cypher" ? parameters(this.#query.value) : [];
    this.#params.replaceChildren(
      ...(wanted.length
        ? [el("p", { class: "soft" }, "Parameters: ", wanted.map((name) => `$${name} = ${name in this.#values ? JSON.stringify(this.#values[name]) : "not given; choose a question, or write the value into the query"}`).join(", "))]
        : []),
    );
  }

  async #ask(): Promise<void> {
    this.#running?.abort();
    const running = (this.#running = new AbortController());
    const language = this.#language;
    const query = this.#query.value;
    const wanted = parameters(query);
    const params = Object.fromEntries(Object.entries(this.#values).filter(([name]) => wanted.includes(name)));
    this.#clear();
    this.#say("Running …");
    this.#stop.hidden = false;
    const begin = performance.now();
    try {
      const answer = (await (await ask(language, query, params, SHOWN, "json", running.signal)).json()) as Answer;
      if (running !== this.#running) return;
      const seconds = (performance.now() - begin) / 1000;
      this.#say(`${answer.cut ? "The first " : ""}${count(answer.rows.length, "row")} in ${seconds < 0.095 ? seconds.toFixed(2) : seconds.toFixed(1)} s`);
      this.#answer(answer, language, query, params);
    } catch (error) {
      if (running !== this.#running) return;
      if (error instanceof DOMException && error.name === "AbortError") this.#say("Stopped.");
      else {
        this.#say("");
        this.#result.replaceChildren(el("p", { class: "error", role: "alert" }, error instanceof Error ? error.message : String(error)));
      }
    } finally {
      if (running === this.#running) {
        this.#running = null;
        this.#stop.hidden = true;
      }
    }
  }

  #answer(answer: Answer, language: Language, query: string, params: Record<string, Value>): void {
    const whole = async (format: "json" | "csv"): Promise<void> => {
      try {
        if (format === "csv") return save("answer.csv", await (await ask(language, query, params, WHOLE, "csv")).blob());
        const all = answer.cut ? ((await (await ask(language, query, params, WHOLE, "json")).json()) as Answer) : answer;
        if (all.cut) throw new Error(`The answer has more than ${WHOLE.toLocaleString("en")} rows; narrow the query, or ask with kg query.`);
        save("answer.json", new Blob([records(all)], { type: "application/json" }));
      } catch (error) {
        this.#say(error instanceof Error ? error.message : String(error));
      }
    };
    const rows = table(answer, this.#base);
    const found = graph(answer, this.#base, this.#asked);
    const drawn = found ? picture(found, this.#theme, (one) => location.assign(address(one))) : null;
    this.#gone = () => drawn?.destroy();
    const body = el("div", null, rows);
    const views = ([["Table", rows], ["Drawing", drawn?.element]] as const).map(([name, shown]) => {
      const button: HTMLButtonElement = el("button", { type: "button", class: "small", "aria-pressed": name === "Table" ? "true" : "false", disabled: !shown, title: shown ? null : "Nothing in these rows is joined to something else" }, name);
      button.addEventListener("click", () => {
        if (!shown) return;
        views.forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
        body.replaceChildren(shown);
        if (name === "Drawing") drawn?.begin();
      });
      return button;
    });
    const files = (["csv", "json"] as const).map((format) => el("button", { type: "button", class: "small", onclick: () => void whole(format) }, format.toUpperCase()));
    this.#result.replaceChildren(
      el("div", { class: "bar" }, el("div", { role: "group", "aria-label": "Shown as" }, views), el("div", { role: "group", "aria-label": "Download" }, files)),
      ...answer.notes.map((note) => el("p", { class: "note" }, note)),
      answer.rows.length ? body : el("p", { class: "soft" }, "No rows: nothing in the graph fits."),
    );
  }

  #clear(): void {
    this.#gone();
    this.#gone = () => undefined;
    this.#result.replaceChildren();
  }

  #say(text: string): void {
    this.#status.textContent = text;
  }
}

async function start(): Promise<void> {
  const host = document.getElementById("app");
  if (!host) throw new Error("the page has no element with the id app");
  const [{ items }, about] = await Promise.all([get<{ items: Question[] }>("questions"), get<{ limits: { timeout: number } }>("about")]);
  new Page(host, items, `stopped after ${about.limits.timeout.toLocaleString("en")} s; ${SHOWN.toLocaleString("en")} rows are shown`);
  document.body.dataset["ready"] = "yes";
}

start().catch((error: unknown) => {
  document.getElementById("app")?.replaceChildren(el("p", { class: "failed", role: "alert" }, `This page could not be opened: ${error instanceof Error ? error.message : String(error)}`));
  throw error;
});
