/** Lines for a file of corrections, exactly as `kg build --corrections` and `kg corrections` read them. */

/** A link of a paper with a concept, or (with `tail`) a relation between two that was read in it. */
export interface Report {
  paper: string;
  /** Of the paper, for whoever reads the file. */
  title: string;
  concept: string;
  label: string;
  tail?: string;
  relation: string;
  /** What the paper calls the concept, and where. */
  quote: string;
  sentence: string;
}

/** What is wrong with it, and what is right. */
export type Verdict =
  | { correction: "remove" }
  | { correction: "confirm" }
  | { correction: "relation"; to: string }
  /** `type` makes a new concept, where none goes by that name. */
  | { correction: "relink"; to: string; type?: string };

/** One line. Keys without a value are left out; the title, the label and the note change nothing, and tell what the line is about. */
export function line(report: Report, verdict: Verdict, note = ""): string {
  const { correction } = verdict;
  const said = {
    correction,
    paper: report.paper,
    concept: report.concept,
    to: "to" in verdict ? verdict.to : "",
    type: "type" in verdict ? (verdict.type ?? "") : "",
    // of a new link that replaces this one the relation is part; of one that gets another relation it is not
    relation: correction === "relation" || (correction === "remove" && report.tail === undefined) ? "" : report.relation,
    tail: report.tail ?? "",
    quote: correction === "remove" ? "" : report.quote,
    sentence: report.sentence,
    title: report.title,
    label: report.label,
    note,
  };
  return JSON.stringify(Object.fromEntries(Object.entries(said).filter(([, value]) => value.trim() !== "")));
}

/** The reports of this page, until it is closed. One that says the same as an earlier one is kept once. */
export class Reports {
  readonly lines: string[];
  readonly #keep: (lines: string[]) => void;

  /** `lines` were there already; `keep` is given all of them whenever one is added. */
  constructor(lines: readonly string[] = [], keep: (lines: string[]) => void = () => undefined) {
    this.lines = [...lines];
    this.#keep = keep;
  }

  add(text: string): void {
    if (this.lines.includes(text)) return;
    this.lines.push(text);
    this.#keep(this.lines);
  }

  /** The file of all of them. */
  file(): Blob {
    return new Blob(this.lines.map((text) => `${text}\n`), { type: "application/jsonl" });
  }
}
