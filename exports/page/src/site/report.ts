/** "Report this link" beside every link and relation of a page: what its line needs stands in the page. */

import { el } from "../dom.ts";
import { type Report, Reports } from "../export/report.ts";
import { icon } from "../icons.ts";
import { live } from "../ui/live.ts";
import { type Reporting, openReport, titleOf } from "../ui/report.ts";
import type { Index } from "./index.ts";
import { TYPES } from "./search.ts";

const KEY = "paperkg-reports";

/** Links are entries of lists with `data-relation`; relations of two concepts have `data-tail` too, and a line for each paper that states them. */
export function reportLinks(index: Index): void {
  const places = document.querySelectorAll<HTMLElement>("li[data-relation]:not([data-tail]), li[data-tail] p[data-paper]");
  if (places.length === 0) return;
  const page = new Page(index);
  document.body.append(...live(page));
  for (const place of places) {
    const found = report(place);
    const button = el("button", { type: "button", class: "quiet flag", title: titleOf(found), "aria-label": `${titleOf(found)}: ${found.title}, ${found.label}`, "aria-haspopup": "dialog" }, icon("flag", 12));
    button.addEventListener("click", () => void page.open(found, button));
    const row = place.querySelector(":scope > .meta") ?? place;
    row.insertBefore(button, row.querySelector(":scope > details"));
  }
}

/** What the page says of a link. */
function report(place: HTMLElement): Report {
  const given = (name: string): string => place.closest<HTMLElement>(`[data-${name}]`)?.dataset[name] ?? "";
  const text = (element: Element | null | undefined): string => element?.textContent?.trim() ?? "";
  const heading = text(document.querySelector("h1"));
  const relation = given("relation");
  const entry = place.closest("li");
  if (entry?.dataset["tail"] !== undefined) {
    return { paper: given("paper"), title: text(place.querySelector(".p")), concept: given("head"), label: text(entry.querySelector(".head")).replace(/\s+/g, " "), tail: entry.dataset["tail"], relation, quote: "", sentence: text(place.previousElementSibling) };
  }
  const link = { paper: given("paper"), concept: given("concept"), relation };
  // on a paper's page the mentions stand in its text, on a concept's page in the sentences
  if (place.dataset["concept"] !== undefined) return { ...link, title: heading, label: text(place.querySelector(".c")), quote: mention(place.id), sentence: "" };
  const sentence = place.querySelector("blockquote");
  return { ...link, title: text(place.querySelector(".p")), label: heading, quote: text(sentence?.querySelector("mark")), sentence: text(sentence) };
}

/** The first mention that a link of the paper rests on: pieces of it may belong to shorter mentions as well. */
function mention(id: string): string {
  let piece = [...document.querySelectorAll("a.m")].find((a) => own(a, id)) as ChildNode | null | undefined;
  let text = "";
  for (; piece instanceof Element && own(piece, id); piece = piece.nextSibling) text += piece.textContent;
  return text;
}

const own = (piece: Element, id: string): boolean => (piece.getAttribute("aria-describedby") ?? "").split(/\s+/).includes(id);

class Page implements Reporting {
  // the reports of all pages that this tab has shown
  readonly reports = new Reports(kept(), keep);
  readonly types = TYPES.filter((name) => name !== "Paper");
  relations: Reporting["relations"] = [];
  say: (text: string) => void = () => undefined;
  toast: (text: string) => void = () => undefined;
  readonly #index: Index;

  constructor(index: Index) {
    this.#index = index;
  }

  async open(found: Report, from: HTMLElement): Promise<void> {
    try {
      this.relations = await this.#index.relations();
      openReport(this, found, from);
    } catch (error) {
      this.toast(`The search index cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
    }
  }

  async names(typed: string, most: number): Promise<string[]> {
    const { hits } = await this.#index.find(typed, 3 * most);
    return hits.flatMap(({ entry: [type, label] }) => (TYPES[type] === "Paper" ? [] : [label])).slice(0, most);
  }

  // the index has no ids: where two concepts have a label, the command says so
  ids(): string[] {
    return [];
  }
}

function kept(): string[] {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
    return Array.isArray(found) ? found.map(String) : [];
  } catch {
    return [];
  }
}

function keep(lines: string[]): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(lines));
  } catch {
    // a page that may keep nothing has its own reports, until it is left
  }
}
