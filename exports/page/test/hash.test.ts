import assert from "node:assert/strict";
import { test } from "node:test";
import { LONGEST, read, write } from "../src/core/hash.ts";
import { type State, start } from "../src/core/state.ts";

const initial = start([{ name: "text", on: true }, { name: "together", on: false }]);

function round(state: State): State {
  const { hash } = write(state, initial);
  const back = read(`#${hash}`, initial);
  assert.equal(back.bad, 0, hash);
  return back.state;
}

test("a state comes back from its address", () => {
  const state: State = {
    selection: { concept: "x&only=y/ä=%" },
    show: { types: new Set(["Task", "Metric"]), kinds: new Set(["text"]), relations: new Set(["uses"]), years: [2017, 2021], only: new Set(["a,b", "paper:p&q"]), hidden: new Set(["#"]) },
    query: "a & b = c",
    table: "papers",
    camera: { x: -12, y: 7, scale: 1.25 },
    size: "pagerank",
    color: "first",
  };
  assert.deepEqual(round(state), state);
  for (const selection of [{ paper: "arxiv:1706.03762" }, { edge: "text/a%2Fb/c" }, { path: { from: "a/b", to: "c", nth: 2 } }] as const) assert.deepEqual(round({ ...initial, selection }).selection, selection);
  assert.equal(write(initial, initial).hash, "");
});

test("an empty set of nodes is not the same as all", () => {
  const state = { ...initial, show: { ...initial.show, only: new Set<string>() } };
  assert.deepEqual(round(state).show.only, new Set());
});

test("addresses of strangers do no harm", () => {
  for (const hash of ["#concept=%E0%A4%A", "#at=1,2,NaN", "#at=1e99,0,1", "#at=1,2", "#years=2021-2017", "#years=x", "#path=a", "#path=a/b/1e9", "#path=a/b/c/d", "#__proto__=1", "#constructor", "#table=../../x&", "#&&&=", "#edge=%"]) {
    const { state, bad } = read(hash, initial);
    assert.ok(bad > 0, hash);
    assert.deepEqual({ ...state, selection: null }, initial, hash);
  }
  const { state } = read("#concept=<img src=x onerror=alert(1)>&query=</script>", initial);
  assert.deepEqual(state.selection, { concept: "<img src=x onerror=alert(1)>" });
  assert.equal(read(`#query=${"x".repeat(1e6)}`, initial).state.query.length, 200);
  assert.equal(Object.hasOwn(Object.prototype, "polluted"), false);
});

test("an address stays short, and says that it leaves something out", () => {
  const only = new Set(Array.from({ length: 5000 }, (_, i) => `concept-${i}`));
  const { hash, cut } = write({ ...initial, show: { ...initial.show, only } }, initial);
  assert.ok(cut);
  assert.ok(hash.length <= LONGEST);
});
