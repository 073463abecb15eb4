import { count, el } from "../dom.ts";
import { copied } from "../export/clipboard.ts";
import { type Report, type Reports, type Verdict, line } from "../export/report.ts";
import { save } from "../export/save.ts";
import { icon } from "../icons.ts";
import { dialog } from "./dialog.ts";

/** Names that are offered for the concept that is right. */
const OFFERED = 8;

/** What a page that shows links gives to the dialog. */
export interface Reporting {
  readonly reports: Reports;
  /** How a paper may stand to a concept. */
  readonly relations: readonly { name: string; forward: string }[];
  readonly types: readonly string[];
  /** Labels of concepts that may be meant by what has been typed, the likeliest first. */
  names(typed: string, most: number): Promise<string[]>;
  /** Ids of the concepts that have this label, of those that the page knows. */
  ids(label: string): string[];
  /** Tells everybody something that need not be answered. */
  toast(text: string): void;
}

/** A button that asks what is wrong with a link. */
export function reportButton(page: Reporting, report: Report): HTMLElement {
  return el("button", { type: "button", class: "quiet", title: "Say what is wrong, as a line for a corrections file", "aria-haspopup": "dialog", onclick: (event: MouseEvent) => openReport(page, report, event.currentTarget as HTMLElement) }, icon("flag", 12), titleOf(report));
}

/** What the button and the dialog are called. */
export function titleOf(report: Report): string {
  return report.tail === undefined ? "Report this link" : "Report this relation";
}

/** Gives all reports of this page as a file. */
export function saveReports(page: Reporting): void {
  save("corrections.jsonl", page.reports.file());
  page.toast(`${count(page.reports.lines.length, "report")} in corrections.jsonl: give it to kg build --corrections, or to kg corrections apply.`);
}

/** Opens the dialog; the focus goes back to `from`. */
export function openReport(page: Reporting, report: Report, from: HTMLElement): void {
  const relation = page.relations.find((r) => r.name === report.relation);
  const form = report.tail === undefined ? ofLink(page, report) : { fields: [], verdict: (): Verdict => ({ correction: "remove" }) };
  const note = el("input", { type: "text", id: "report-note", autocomplete: "off" });
  const wrong = el("p", { class: "wrong", role: "alert" });
  const byHand = el("textarea", { readonly: true, rows: 4, "aria-label": "The line, to be copied by hand", hidden: true });
  const all = el("button", { type: "button", class: "tool", onclick: () => saveReports(page) });
  const kept = (): void => {
    all.textContent = `Download ${count(page.reports.lines.length, "report")}`;
    all.hidden = page.reports.lines.length === 0;
  };
  const done = async (): Promise<void> => {
    const verdict = form.verdict();
    wrong.textContent = typeof verdict === "string" ? verdict : "";
    if (typeof verdict === "string") return;
    const text = line(report, verdict, note.value);
    page.reports.add(text);
    if (await copied(text)) {
      box.close();
      page.toast(`Copied: a line for a corrections file. ${count(page.reports.lines.length, "report")} of this page can be downloaded under Export.`);
      return;
    }
    byHand.value = text;
    byHand.hidden = false;
    byHand.select();
    wrong.textContent = "The browser does not let this page copy; copy the line by hand, or download the reports.";
    kept();
  };
  kept();
  const box = dialog("report", titleOf(report),
    el("p", null, report.title, report.tail === undefined ? ` ${relation?.forward ?? report.relation} ` : ": ", el("b", null, report.label)),
    // no form: where a page stands in a sandboxed frame, as in a notebook, none can be sent
    el("div", { class: "report", onkeydown: (event: KeyboardEvent) => enter(event, done) },
      form.fields,
      report.tail === undefined ? null : el("p", null, "The paper does not say this."),
      el("label", { class: "line", for: "report-note" }, "Note", note),
      wrong,
      byHand,
      el("div", { class: "tools" }, el("button", { type: "button", class: "tool main", autofocus: report.tail !== undefined, onclick: () => void done() }, icon("flag"), "Copy the line"), all),
    ),
    el("p", { class: "soft" }, "Nothing leaves this page. Put the line into a file, and give it to kg build --corrections."),
  );
  box.addEventListener("close", () => {
    box.remove();
    from.focus();
  });
  document.body.append(box);
  box.showModal();
}

/** Enter in a field is a click on the button. */
function enter(event: KeyboardEvent, done: () => Promise<void>): void {
  if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement)) return;
  event.preventDefault();
  void done();
}

/** What may be wrong with a link, as radio buttons with what each needs; the verdict, or why there is none yet. */
function ofLink(page: Reporting, report: Report): { fields: HTMLElement[]; verdict: () => Verdict | string } {
  const kinds: [Verdict["correction"], string][] = [
    ["remove", "It is wrong: the paper has nothing to do with it"],
    ["relink", "It is another concept"],
    ["relation", "It is another relation: the paper"],
    ["confirm", "It is right"],
  ];
  const radio = new Map(kinds.map(([kind]) => [kind, el("input", { type: "radio", name: "report", value: kind, checked: kind === "remove", autofocus: kind === "remove" })]));
  const names = el("datalist", { id: "report-names" });
  const to = el("input", { type: "text", id: "report-to", list: "report-names", autocomplete: "off", "aria-label": "The concept that is right: a name or an id" });
  const type = el("select", { "aria-label": "Whether it is new" }, el("option", { value: "" }, "is known already"), page.types.map((name) => el("option", { value: name }, `is new: ${name}`)));
  const stands = el("select", { "aria-label": "How the paper stands to it" }, page.relations.filter((r) => r.name !== report.relation).map((r) => el("option", { value: r.name }, r.forward)));
  const needs: Partial<Record<Verdict["correction"], HTMLElement>> = { relink: el("span", { class: "needs" }, to, names, type), relation: el("span", { class: "needs" }, stands) };
  let asked = 0;
  to.addEventListener("input", () => {
    choose("relink");
    const mine = ++asked;
    void page.names(to.value, OFFERED).then(
      (found) => {
        if (mine === asked) names.replaceChildren(...found.map((label) => el("option", { value: label })));
      },
      // without names to choose from, one can still be typed
      () => names.replaceChildren(),
    );
  });
  stands.addEventListener("change", () => choose("relation"));
  type.addEventListener("change", () => choose("relink"));
  const choose = (kind: Verdict["correction"]): void => void (radio.get(kind)!.checked = true);
  const rows = kinds.map(([kind, text]) => el("div", { class: "choice" }, el("label", { class: "check" }, radio.get(kind)!, text), needs[kind] ?? null));
  return {
    fields: [el("fieldset", null, el("legend", { class: "hidden-text" }, "What is wrong"), rows)],
    verdict: () => {
      const kind = kinds.find(([k]) => radio.get(k)!.checked)?.[0] ?? "remove";
      if (kind === "relation") return { correction: kind, to: stands.value };
      if (kind !== "relink") return { correction: kind };
      const wanted = to.value.trim();
      if (!wanted) {
        to.focus();
        return "Say which concept it is.";
      }
      // an id tells it from others of its name
      const same = page.ids(wanted);
      return type.value ? { correction: kind, to: wanted, type: type.value } : { correction: kind, to: same.length === 1 ? same[0]! : wanted };
    },
  };
}
