import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { HttpSource } from "../src/source/http.ts";
import { toy } from "./toy.ts";

const real = globalThis.fetch;
let asked: string[] = [];

function answers(make: (address: string) => Response): void {
  asked = [];
  globalThis.fetch = (async (address: string) => {
    asked.push(address);
    return make(address);
  }) as typeof fetch;
}

const json = (value: unknown, status = 200): Response => new Response(JSON.stringify(value), { status });
afterEach(() => void (globalThis.fetch = real));

test("questions go to the server with their parameters encoded, each once", async () => {
  answers(() => json(toy()));
  const source = new HttpSource();
  await source.all();
  await source.concept("c++ & more");
  await source.concept("c++ & more");
  await source.paper("doi:10.1/a");
  await source.edge("text", "a/b", "c");
  await source.neighbourhood("ü");
  await source.path("a", "b");
  assert.deepEqual(asked, [
    "/api/page",
    "/api/page/concept?id=c%2B%2B+%26+more",
    "/api/page/paper?id=doi%3A10.1%2Fa",
    "/api/page/edge?kind=text&head=a%2Fb&tail=c",
    "/api/page/neighbours?id=%C3%BC",
    "/api/page/path?head=a&tail=b",
  ]);
});

test("a part that is asked for again is another copy", async () => {
  answers(() => json(toy()));
  const source = new HttpSource();
  const [first, second] = [await source.concept("x"), await source.concept("x")];
  first!.concepts.label[0] = "changed";
  assert.equal(second!.concepts.label[0], toy().concepts.label[0]);
});

test("the search tells the name that answered", async () => {
  const item = { kind: "concept", id: "bert", label: "BERT", type: "Architecture", papers: 1, year: 2018, name: "BERT" };
  answers(() => json({ total: 9, items: [item, { ...item, name: "BERT-base", papers: 1200 }, { ...item, kind: "paper", papers: null, type: "Paper" }] }));
  const { found, total } = await new HttpSource().search(" ber ", 3);
  assert.deepEqual(asked, ["/api/search?q=ber&limit=3"]);
  assert.equal(total, 9);
  assert.deepEqual(found.map(({ concept, paper, as, detail }) => ({ concept, paper, as, detail })), [
    { concept: "bert", paper: undefined, as: null, detail: "1 paper" },
    { concept: "bert", paper: undefined, as: "BERT-base", detail: "1,200 papers" },
    { concept: undefined, paper: "bert", as: null, detail: "2018" },
  ]);
});

test("what is not there is null, and what failed says why and is asked again", async () => {
  answers(() => json({ detail: "the graph has no concept 'x'" }, 404));
  assert.equal(await new HttpSource().concept("x"), null);
  answers(() => json({ detail: "too many wait" }, 503));
  const source = new HttpSource();
  await assert.rejects(source.concept("x"), /too many wait/);
  await assert.rejects(source.concept("x"), /too many wait/);
  assert.equal(asked.length, 2);
  answers(() => new Response("no JSON", { status: 500 }));
  await assert.rejects(source.concept("x"), /status 500/);
  globalThis.fetch = async () => Promise.reject(new TypeError("refused"));
  await assert.rejects(source.concept("x"), /Is kg serve still running/);
});
