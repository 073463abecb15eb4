import assert from "node:assert/strict";
import { test } from "node:test";
import { parts } from "../src/core/marks.ts";
import { resolve, safe } from "../src/export/addresses.ts";
import { bibtex, tex } from "../src/export/bibtex.ts";
import { csv } from "../src/export/csv.ts";

test("CSV keeps commas, quotes and line ends, and lets no cell be a formula", () => {
  assert.equal(csv(["a", "b"], [['say "x", y', 1.5], ["two\nlines", null], ["=1+1", -2], ["@x", "-y"]]), 'a,b\r\n"say ""x"", y",1.5\r\n"two\nlines",\r\n\'=1+1,-2\r\n\'@x,\'-y\r\n');
});

test("BibTeX escapes what means something to TeX", () => {
  assert.equal(tex("50% of {A} & B_c \\input{x} $n^2$ #1 ~"), "50\\% of \\textbraceleft{}A\\textbraceright{} \\& B\\_c \\textbackslash{}input\\textbraceleft{}x\\textbraceright{} \\$n\\textasciicircum{}2\\$ \\#1 \\textasciitilde{}");
  const entry = { id: "x:1", title: "A }{ trap, @misc{x,", authors: ["Ada Lovelace", "Doe, Jane", "Group and Others, Inc, Ltd"], year: 2020, venue: null, url: "https://e.org/a}b%20c", doi: "10.1/a_b" };
  const text = bibtex([entry, entry]);
  assert.match(text, /^@misc\{lovelace2020trap,\n/);
  assert.match(text, /@misc\{lovelace2020trap-2,/);
  assert.match(text, /title {5}= \{\{A \\textbraceright\{\}\\textbraceleft\{\} trap, @misc\\textbraceleft\{\}x,\}\}/);
  assert.match(text, /author {4}= \{Ada Lovelace and Doe, Jane and \{Group and Others, Inc, Ltd\}\}/);
  assert.match(text, /url {7}= \{https:\/\/e\.org\/a\\%7Db\\%20c\}/);
  // BibTeX counts every brace
  let depth = 0;
  for (const brace of text.match(/[{}]/g) ?? []) depth += brace === "{" ? 1 : -1;
  assert.equal(depth, 0);
});

test("marks count UTF-16 units, overlap, and never leave the sentence", () => {
  assert.deepEqual(parts("😀 BERT", [3, 7]), [{ text: "😀 ", marked: false }, { text: "BERT", marked: true }]);
  assert.deepEqual(parts("abcdef", [3, 5, 1, 4]), [{ text: "a", marked: false }, { text: "bcd", marked: true }, { text: "e", marked: true }, { text: "f", marked: false }]);
  assert.deepEqual(parts("abc", [-5, 1, 2, 99, 7]), [{ text: "a", marked: true }, { text: "b", marked: false }, { text: "c", marked: true }]);
  assert.equal(parts("abc", [5, 2]).map((p) => p.text).join(""), "abc");
});

test("only addresses that a browser merely opens become links", () => {
  for (const bad of ["javascript:alert(1)", " JaVaScRiPt:alert(1)", "data:text/html,x", "file:///etc/passwd", "//evil.org", "vbscript:x", "https://user:pass@bank.example", "", null]) assert.equal(safe(bad), null, String(bad));
  assert.equal(safe("https://arxiv.org/abs/1706.03762"), "https://arxiv.org/abs/1706.03762");
  assert.equal(resolve("wikidata:Q844240"), "https://www.wikidata.org/wiki/Q844240");
  assert.equal(resolve("hf:a/b c"), "https://huggingface.co/datasets/a/b%20c");
  assert.equal(resolve("constructor:x"), null);
  assert.equal(resolve("javascript:alert(1)"), null);
});
