/** Folding of names for search: case, accents, hyphens and spaces do not matter. */

/** Lower case without accents; hyphens, underscores, slashes and runs of spaces become one space. */
export function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[\p{M}'’`]/gu, "")
    .toLowerCase()
    .replace(/[\s\-_/.,:;()‐-―]+/g, " ")
    .trim();
}

/** Without any space: "CIFAR-10", "CIFAR 10" and "cifar10" are one. */
export function tight(folded: string): string {
  return folded.replaceAll(" ", "");
}

/**
 * How well a folded name answers a folded query; less is better, 9 is not at all.
 * 0 the same, 1 begins so, 2 a word of it begins so, 3 all words of the query begin words of it, 4 contains it, 5 contains it but for spaces.
 */
export function rank(name: string, query: string): number {
  if (name === query) return 0;
  const queryTight = tight(query);
  const nameTight = tight(name);
  if (nameTight === queryTight) return 0;
  if (name.startsWith(query)) return 1;
  if (name.includes(` ${query}`)) return 2;
  if (query.includes(" ") && query.split(" ").every((word) => name.startsWith(word) || name.includes(` ${word}`))) return 3;
  if (name.includes(query)) return 4;
  return queryTight.length > 1 && nameTight.includes(queryTight) ? 5 : 9;
}

/** Whether two strings are one edit apart (insertion, deletion, substitution, or two neighbouring characters swapped). */
export function nearly(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || a === b) return a === b;
  let i = 0;
  while (i < a.length && i < b.length && a[i] === b[i]) i++;
  const [restA, restB] = [a.slice(i), b.slice(i)];
  if (restA.length > restB.length) return restA.slice(1) === restB;
  if (restA.length < restB.length) return restA === restB.slice(1);
  return restA.slice(1) === restB.slice(1) || (restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2));
}
