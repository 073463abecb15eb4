/** An index of names that answers what is typed: same name first, then names that begin so, contain it, or differ by one letter. */
import { fold, nearly, rank, tight } from "../core/fold.ts";

export class Names {
  #owner: number[] = [];
  #name: string[] = [];
  #folded: string[] = [];
  #tight: string[] = [];

  /** Names of one owner; those that come earlier are preferred among equals. */
  add(owner: number, names: Iterable<string>): void {
    const seen = new Set<string>();
    for (const name of names) {
      const folded = fold(name);
      if (!folded || seen.has(folded)) continue;
      seen.add(folded);
      this.#owner.push(owner);
      this.#name.push(name);
      this.#folded.push(folded);
      this.#tight.push(tight(folded));
    }
  }

  /** Owners with the name that answered and its rank, each once with its best name. */
  search(text: string): { owner: number; name: string; rank: number }[] {
    const query = fold(text);
    if (!query) return [];
    const words = query.split(" ");
    const joined = tight(query);
    const best = new Map<number, { owner: number; name: string; rank: number }>();
    const offer = (i: number, place: number): void => {
      const owner = this.#owner[i]!;
      const known = best.get(owner);
      if (!known || place < known.rank) best.set(owner, { owner, name: this.#name[i]!, rank: place });
    };
    for (let i = 0; i < this.#folded.length; i++) {
      const name = this.#folded[i]!;
      if (!this.#tight[i]!.includes(joined) && !(words.length > 1 && words.every((word) => name.includes(word)))) continue;
      const place = rank(name, query);
      if (place < 9) offer(i, place);
    }
    if (best.size === 0 && joined.length >= 4) {
      for (let i = 0; i < this.#folded.length; i++) {
        if (nearly(this.#tight[i]!, joined)) offer(i, 6);
        else if (this.#folded[i]!.split(" ").some((word) => nearly(word, query))) offer(i, 7);
      }
    }
    return [...best.values()];
  }
}
