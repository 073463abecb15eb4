import assert from "node:assert/strict";
import { test } from "node:test";
import { fold, nearly, rank, tight } from "../src/core/fold.ts";
import { Names } from "../src/source/names.ts";

test("case, accents, hyphens and spaces do not matter", () => {
  assert.equal(fold("  Naïve-Bayes_classifier "), "naive bayes classifier");
  assert.equal(fold("CIFAR‐10"), fold("cifar 10"));
  assert.equal(tight(fold("CIFAR-10")), "cifar10");
  assert.equal(fold("ﬁne‑tuning"), "fine tuning");
});

test("the same name goes before a beginning, a word and a part", () => {
  const ranks = ["bert", "bert large", "distil bert", "roberta", "glue"].map((name) => rank(name, "bert"));
  assert.deepEqual(ranks, [0, 1, 2, 4, 9]);
  assert.equal(rank("stanford sentiment treebank", "sentiment stanford"), 3);
  assert.equal(rank("cifar 10", "cifar10"), 0);
  assert.equal(rank("the cifar 10 set", "cifar10"), 5);
});

test("one slip of the pen is forgiven, two are not", () => {
  assert.ok(nearly("transfomer", "transformer"));
  assert.ok(nearly("trnasformer", "transformer"));
  assert.ok(!nearly("tranfomer", "transformer"));
  assert.ok(!nearly("bert", "glue"));
});

test("an index answers each owner once, with its best name", () => {
  const names = new Names();
  names.add(0, ["SST-2", "Stanford Sentiment Treebank", "sst2"]);
  names.add(1, ["SST"]);
  assert.deepEqual(names.search("sst 2"), [{ owner: 0, name: "SST-2", rank: 0 }]);
  assert.deepEqual(names.search("treebnak").map((f) => f.owner), [0]);
  assert.deepEqual(names.search("--"), []);
  assert.deepEqual(names.search("[a-z]+("), []);
});
