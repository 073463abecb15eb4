/** A line for a file of corrections: what a link says, with the verdict left blank for whoever checks it. */

export interface Report {
  paper: string;
  concept: string;
  /** The other concept, where a relation between two was read. */
  other?: string;
  relation: string;
  sentence: string;
}

export function line(report: Report): string {
  return JSON.stringify({ paper: report.paper, concept: report.concept, ...(report.other === undefined ? {} : { tail: report.other }), relation: report.relation, sentence: report.sentence, verdict: "" });
}
