import assert from "node:assert/strict";
import { test } from "node:test";
import { Index, type Entry } from "../src/site/index.ts";
import { shard, shardFile, words } from "../src/site/words.ts";

// tests/site/test_pieces.py expects the same of kg/site/search.py
const CUT: Record<string, string[]> = {
  "Naïve Bayes": ["naive", "bayes"],
  "pre-training": ["pre", "training"],
  "C++ / F1-score": ["c", "f1", "score"],
  "ResNeXt-Δ": ["resnext", "δ"],
  "ﬁne-tuning": ["fine", "tuning"],
  "Ångström ٣": ["angstrom", "٣"],
};

test("queries are cut as names are", () => {
  for (const [text, expected] of Object.entries(CUT)) assert.deepEqual(words(text), expected);
  assert.deepEqual(["be", "3d", "δ", "ا1"].map(shardFile), ["w-be", "w-3d", "u-3b4", "u-627-31"]);
  assert.equal(shard("bert"), "be");
  assert.equal(shard("c"), "c");
});

const ENTRIES: Entry[] = [
  [2, "BERT", "bert", 9, ["Bidirectional Encoder Representations"]],
  [2, "BERT base", "bert-base", 4, []],
  [0, "machine translation", "machine-translation", 3, ["MT"]],
  [5, "A BERT for translation", "p_1", 2020, []],
  [3, "t-SNE", "t-sne", 1, []],
];
const PIECES: Record<string, unknown> = {
  index: { shards: ["be", "tr", "ma", "t", "sn"], block: 2 },
  "w-be": { words: { bert: [0, 1, 2] }, names: { bert: [0], "bert base": [1] } },
  "w-tr": { words: { translation: [2, 1] }, names: {} },
  "w-ma": { words: { machine: [2] }, names: { "machine translation": [2] } },
  "w-t": { words: { t: [3, 1] }, names: { "t sne": [4] } },
  "w-sn": { words: { sne: [3, 1] }, names: {} },
  "e-0": ENTRIES.slice(0, 2),
  "e-1": ENTRIES.slice(2, 4),
  "e-2": ENTRIES.slice(4),
};

function index() {
  const loaded: string[] = [];
  const made = new Index((name) => {
    loaded.push(name);
    return name in PIECES ? Promise.resolve(PIECES[name]) : Promise.reject(new Error(name));
  });
  return { made, loaded };
}
const labels = async (query: string, most = 10) => (await index().made.find(query, most)).hits.map((h) => h.entry[1]);

test("the whole name comes first, then names that begin so, then what has all the words", async () => {
  assert.deepEqual(await labels("bert"), ["BERT", "BERT base", "A BERT for translation"]);
  assert.deepEqual(await labels("BERT b"), ["BERT base"]);
  assert.deepEqual(await labels("transl bert"), ["A BERT for translation"]);
  assert.deepEqual(await labels("translation"), ["machine translation", "A BERT for translation"]);
});

test("a name whose first word is one letter is known as a whole name", async () => {
  // by its words alone the paper of a smaller number would come first
  assert.deepEqual(await labels("t-SNE"), ["t-SNE", "A BERT for translation"]);
});

test("no piece is asked for that is not there, none twice, and only entries that are shown", async () => {
  const { made, loaded } = index();
  assert.deepEqual(await made.find("zebra", 10), { hits: [], total: 0 });
  assert.deepEqual(await made.find("  !", 10), { hits: [], total: 0 });
  assert.deepEqual(loaded, ["index"]);
  const { hits, total } = await made.find("bert", 2);
  assert.equal(total, 3);
  assert.equal(hits.length, 2);
  await made.find("ber", 2);
  assert.deepEqual(loaded, ["index", "w-be", "e-0"]);
});
