/** A made-up scene with communities, the same for the same numbers: for tests and for measuring. */
import type { Scene } from "../src/draw/types.ts";

const WORDS = ["neural", "sparse", "graph", "latent", "parsing", "transfer", "robust", "visual", "speech", "causal", "kernel", "policy", "token", "prior", "retrieval", "memory"];

/** Numbers from 0 to 1 in a fixed order (mulberry32). */
export function random(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** `n` nodes in discs, one for each community, on a sunflower's spiral; `m` edges, most of them within a community. */
export function synthetic(n: number, m: number, seed = 7): Scene {
  const next = random(seed);
  const groups = Math.max(2, Math.round(Math.sqrt(n) / 4));
  const x = new Float32Array(n), y = new Float32Array(n), r = new Float32Array(n);
  const type = new Uint8Array(n), community = new Uint16Array(n);
  const label: string[] = [];
  const pitch = 44, golden = Math.PI * (3 - Math.sqrt(5));
  const members: number[][] = Array.from({ length: groups }, () => []);
  for (let i = 0; i < n; i++) {
    const c = Math.floor(groups * next() ** 1.6);
    community[i] = c;
    members[c]!.push(i);
    type[i] = Math.floor(5 * next());
    r[i] = 6 + 22 * (1 + i / 8) ** -0.5;
    const word = () => WORDS[Math.floor(WORDS.length * next())]!;
    label.push(`${word()} ${word()} ${i}`);
  }
  // discs stand on a spiral of their own, each as far out as the area of those before it asks for
  let area = 0;
  members.forEach((of, c) => {
    const own = pitch * Math.sqrt(of.length) * 0.62;
    area += (own + 60) ** 2;
    const far = c === 0 ? 0 : 1.25 * Math.sqrt(area), angle = c * golden;
    of.forEach((i, k) => {
      const d = pitch * 0.56 * Math.sqrt(k), a = k * golden + c;
      x[i] = far * Math.cos(angle) + d * Math.cos(a);
      y[i] = far * Math.sin(angle) + d * Math.sin(a);
    });
  });
  const head = new Uint32Array(m), tail = new Uint32Array(m), kind = new Uint8Array(m), width = new Float32Array(m), directed = new Uint8Array(m);
  for (let e = 0; e < m; e++) {
    const a = Math.floor(n * next());
    const of = next() < 0.9 ? members[community[a]!]! : null;
    let b = of ? of[Math.floor(of.length * next() ** 1.5)]! : Math.floor(n * next() ** 2);
    if (b === a) b = (a + 1) % n;
    head[e] = a;
    tail[e] = b;
    kind[e] = next() < 0.25 ? 0 : next() < 0.1 ? 1 : 2;
    width[e] = kind[e] === 0 ? 1.4 + 3 * next() ** 6 : kind[e] === 1 ? 1.4 : 0.6 + next() ** 4;
    directed[e] = kind[e] === 2 ? 0 : 1;
  }
  return { n, x, y, r, type, label, community, edges: { head, tail, kind, width, directed, text: (e) => `relation ${e}` }, regions: groups };
}
