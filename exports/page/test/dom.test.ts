import assert from "node:assert/strict";
import { test } from "node:test";
import { count } from "../src/dom.ts";

test("numbers are written with their word", () => {
  assert.equal(count(1, "paper"), "1 paper");
  assert.equal(count(2300, "paper"), "2,300 papers");
  assert.equal(count(0, "entry", "entries"), "0 entries");
});
