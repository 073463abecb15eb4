/** Words of names and queries; kg/site/search.py cuts names in the same way. */

/** Words in lower case without accents; everything but letters and digits separates them. */
export function words(text: string): string[] {
  return (
    text
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/** The piece of the index that holds a word: its first two characters, or the one that it has. */
export function shard(word: string): string {
  return [...word].slice(0, 2).join("");
}

/** The file of a piece of the index, safe on every file system. */
export function shardFile(key: string): string {
  return /^[a-z0-9]+$/.test(key) ? `w-${key}` : `u-${[...key].map((c) => (c.codePointAt(0) ?? 0).toString(16)).join("-")}`;
}
