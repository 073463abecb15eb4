/** The search index: pieces of it are scripts beside the pages, loaded when a query needs them, so that it works from the disk too. */

import { shard, shardFile, words } from "./words.ts";

/** What can be found: type (0–4 a concept's, 5 a paper), name, file, papers or year, other names. */
export type Entry = [type: number, label: string, file: string, figure: number | null, names: string[]];

interface About {
  shards: string[];
  block: number;
  /** How a paper may stand to a concept: name, and the words between both. */
  relations: [string, string][];
}
interface Shard {
  /** Word → numbers of entries, each as its distance from the one before. */
  words: Record<string, number[]>;
  /** Whole name of a concept → numbers of entries. */
  names: Record<string, number[]>;
}
export interface Hit {
  entry: Entry;
  number: number;
}

/** Loads one piece by its name ("index", "w-be", "e-0") and gives what it holds. */
export type Load = (name: string) => Promise<unknown>;

export class Index {
  private readonly pieces = new Map<string, Promise<unknown>>();

  constructor(private readonly load: Load) {}

  /** The best answers to a query, and how many there are in all. */
  async find(query: string, most: number): Promise<{ hits: Hit[]; total: number }> {
    const asked = words(query);
    if (asked.length === 0) return { hits: [], total: 0 };
    const about = (await this.piece("index")) as About;
    const known = new Set(about.shards);
    const shards = new Map<string, Shard>();
    for (const word of asked) {
      const key = shard(word);
      if (known.has(key) && !shards.has(key)) shards.set(key, (await this.piece(shardFile(key))) as Shard);
    }
    // the whole name, then names that begin so, then names and titles with all the words
    const ranked = new Map<number, number>();
    const put = (number: number, rank: number) => ranked.set(number, Math.min(rank, ranked.get(number) ?? 9));
    const whole = asked.join(" ");
    for (const [name, numbers] of Object.entries(shards.get(shard(asked[0]!))?.names ?? {})) {
      if (name === whole) numbers.forEach((n) => put(n, 0));
      else if (name.startsWith(whole)) numbers.forEach((n) => put(n, 1));
    }
    let common: Set<number> | null = null;
    for (const word of asked) {
      const found = new Set<number>();
      for (const [name, steps] of Object.entries(shards.get(shard(word))?.words ?? {})) {
        if (!name.startsWith(word)) continue;
        let number = 0;
        for (const step of steps) {
          number += step;
          if (common === null || common.has(number)) found.add(number);
        }
      }
      common = found;
    }
    for (const number of common ?? []) put(number, 2);
    const best = [...ranked].sort((a, b) => a[1] - b[1] || a[0] - b[0]).slice(0, most);
    const hits = await Promise.all(best.map(async ([number]) => ({ number, entry: await this.entry(number, about.block) })));
    return { hits, total: ranked.size };
  }

  /** How a paper may stand to a concept. */
  async relations(): Promise<{ name: string; forward: string }[]> {
    return ((await this.piece("index")) as About).relations.map(([name, forward]) => ({ name, forward }));
  }

  private async entry(number: number, block: number): Promise<Entry> {
    const entries = (await this.piece(`e-${Math.floor(number / block)}`)) as Entry[];
    const found = entries[number % block];
    if (!found) throw new Error(`the index has no entry ${number}`);
    return found;
  }

  private piece(name: string): Promise<unknown> {
    let found = this.pieces.get(name);
    if (!found) {
      found = this.load(name);
      this.pieces.set(name, found);
    }
    return found;
  }
}

/** Loads pieces as scripts under a folder; each calls `paperkgPiece(name, content)`. */
export function scripts(folder: string): Load {
  const content = new Map<string, unknown>();
  Object.assign(window, { paperkgPiece: (name: string, value: unknown) => content.set(name, value) });
  return (name) =>
    new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = `${folder}${name}.js`;
      script.onload = () => (content.has(name) ? resolve(content.get(name)) : reject(new Error(`${name} is no piece of the index`)));
      script.onerror = () => reject(new Error(`${name} could not be loaded`));
      document.head.append(script);
    });
}
