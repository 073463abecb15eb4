/** A small page for tests: five concepts, three papers, all four kinds of edges, and a paper that is a node. */
import type { PageData } from "../src/data.ts";

export function toy(): PageData {
  return {
    format: 1, title: "Toy", about: "3 papers", notes: [], cut: false, base: "https://example.org/kg/",
    counts: { papers: 3, concepts: 5, links: 5, relations: 2 },
    types: ["Task", "Dataset", "Architecture", "Method", "Metric", "Paper"].map((name) => ({ name, plural: `${name}s`, shown: 1, total: 1 })),
    relations: [{ name: "proposes", forward: "proposes", backward: "proposed by" }, { name: "uses", forward: "uses", backward: "used by" }],
    conceptRelations: [{ name: "kindOf", forward: "is a kind of", backward: "has the kind" }, { name: "basedOn", forward: "is based on", backward: "is the base of" }],
    kinds: [
      { name: "text", label: "Read in texts", about: "", shown: 2, on: true },
      { name: "catalog", label: "Kinds", about: "", shown: 1, on: true },
      { name: "together", label: "Same papers", about: "", shown: 1, on: false },
      { name: "link", label: "Papers", about: "", shown: 1, on: true },
    ],
    communities: [{ label: "all", size: 5, top: [0] }],
    concepts: {
      id: ["bert", "transformer", "glue", "attention", "translation"],
      label: ["BERT", "Transformer", "GLUE", "attention", "machine translation"],
      type: [2, 2, 1, 3, 0], papers: [2, 1, 1, 1, 0], known: [1, 1, 1, 1, 1], community: [0, 0, 0, 0, 0],
      x: [0, 10, 0, 20, 30], y: [0, 0, 10, 0, 0], r: [5, 4, 3, 3, 3],
      names: [["bidirectional encoder representations from transformers"], [], [], ["self-attention"], ["MT"]],
      identifiers: [["wikidata:Q1"], [], ["hf:glue"], [], []],
      first: [2019, 2017, 2019, 2017, null], more: [0, 0, 0, 0, 0],
    },
    papers: {
      id: ["p:attention", "p:bert", "p:none"], title: ["Attention Is All You Need", "BERT: Pre-training", "Undated"], year: [2017, 2019, null],
      venue: ["NeurIPS", null, null], url: ["https://example.org/a", "javascript:alert(1)", null], authors: [["A. Vaswani"], ["J. Devlin"], []], doi: [null, null, null],
      node: [1, 0, 0], x: [5, null, null], y: [5, null, null],
    },
    sentences: ["We propose the Transformer.", "BERT is based on the Transformer.", "BERT on GLUE."],
    links: {
      concept: [1, 0, 2, 3, 0], paper: [0, 1, 1, 0, 2], relation: [0, 0, 1, 1, 1], confidence: [0.9, 0.8, 0.7, 0.6, 0.5], variant: ["", "", "", "", ""], correction: ["", "", "", "", ""],
      quotes: [[[0, 15, 26]], [[1, 0, 4]], [[2, 8, 12]], [], []], total: [1, 1, 1, 0, 1], others: [[], [["ELMo", 0.2]], [], [], []],
    },
    edges: {
      kind: [0, 0, 1, 2, 3], head: [0, 1, 0, 0, 5], tail: [1, 3, 4, 2, 1], papers: [1, 1, 0, 1, 1], first: [2019, 2017, null, 2019, 2017],
      relations: [[[1, 1, 1, [[1, 0.9, 1, 0, 4]]]], [[1, 1, 1, [[0, 0.4, 0, 15, 26]]]], [[0, 0, 0, []]], [], [[0, 0, 0, []]]],
    },
    years: { of: [2017, 2019], papers: [1, 1], concepts: [[0, 1], [1, 0], [0, 1], [1, 0], []] },
  };
}
