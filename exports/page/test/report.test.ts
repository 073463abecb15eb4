import assert from "node:assert/strict";
import { test } from "node:test";
import { type Report, Reports, line } from "../src/export/report.ts";

const link: Report = { paper: "p", title: "A paper", concept: "bert", label: "BERT", relation: "uses", quote: "BERT", sentence: 'a "quoted"\nBERT' };
const said = (...given: Parameters<typeof line>): unknown => JSON.parse(line(...given));
const notes = { title: "A paper", label: "BERT" };

test("a report is one line of JSON that the command reads", () => {
  assert.ok(!line(link, { correction: "remove" }).includes("\n"));
  assert.deepEqual(said(link, { correction: "remove" }), { correction: "remove", paper: "p", concept: "bert", sentence: link.sentence, ...notes });
  assert.deepEqual(said(link, { correction: "confirm" }), { correction: "confirm", paper: "p", concept: "bert", relation: "uses", quote: "BERT", sentence: link.sentence, ...notes });
  assert.deepEqual(said(link, { correction: "relation", to: "mentions" }, "only named"), { correction: "relation", paper: "p", concept: "bert", to: "mentions", quote: "BERT", sentence: link.sentence, ...notes, note: "only named" });
});

test("another concept comes with all that a new link needs", () => {
  const whole = { correction: "relink", paper: "p", concept: "bert", to: "Bert (puppet)", type: "Method", relation: "uses", quote: "BERT", sentence: link.sentence, ...notes };
  assert.deepEqual(said(link, { correction: "relink", to: "Bert (puppet)", type: "Method" }), whole);
  const { type, ...known } = whole;
  assert.equal(type, "Method");
  assert.deepEqual(said(link, { correction: "relink", to: "Bert (puppet)" }), known);
});

test("a relation between two concepts names both", () => {
  const stated = { ...link, tail: "transformer", relation: "basedOn", quote: "", label: "BERT is based on Transformer" };
  assert.deepEqual(said(stated, { correction: "remove" }), { correction: "remove", paper: "p", concept: "bert", relation: "basedOn", tail: "transformer", sentence: link.sentence, title: "A paper", label: stated.label });
});

test("reports are collected, each once, into one file", async () => {
  const reports = new Reports();
  for (const verdict of [{ correction: "remove" }, { correction: "confirm" }, { correction: "remove" }] as const) reports.add(line(link, verdict));
  assert.equal(reports.lines.length, 2);
  const text = await reports.file().text();
  assert.ok(text.endsWith("}\n"));
  assert.deepEqual(text.trimEnd().split("\n").map((one) => (JSON.parse(one) as { correction: string }).correction), ["remove", "confirm"]);
});
