/** Papers as BibTeX. Texts are escaped, so that whatever a title holds, the file can be read and typeset. */

export interface Entry {
  id: string;
  title: string;
  authors: readonly string[];
  year: number | null;
  venue: string | null;
  url: string | null;
  doi: string | null;
}

const SPECIAL: Record<string, string> = {
  "\\": "\\textbackslash{}",
  // BibTeX counts braces whether or not a backslash stands before them
  "{": "\\textbraceleft{}",
  "}": "\\textbraceright{}",
  "&": "\\&",
  "%": "\\%",
  $: "\\$",
  "#": "\\#",
  _: "\\_",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
};

/** A text in a field: characters that mean something to TeX are escaped, line ends become spaces. */
export function tex(text: string): string {
  return text.replace(/\s+/g, " ").trim().replace(/[\\{}&%$#_~^]/g, (char) => SPECIAL[char]!);
}

/** Addresses are read raw by BibTeX styles: only what would end or unbalance the field is percent-encoded. */
export function address(text: string): string {
  return text.replace(/[{}\\\s"%]/g, (char) => (char === "%" ? "\\%" : encodeURIComponent(char).replaceAll("%", "\\%")));
}

export function bibtex(entries: Iterable<Entry>): string {
  const keys = new Set<string>();
  const parts: string[] = [];
  for (const entry of entries) {
    const fields: [string, string][] = [["title", `{${tex(entry.title)}}`]];
    // braces keep a name with a comma or an "and" in it whole
    if (entry.authors.length) fields.push(["author", entry.authors.map(author).join(" and ")]);
    if (entry.year !== null) fields.push(["year", String(entry.year)]);
    if (entry.venue) fields.push(["booktitle", tex(entry.venue)]);
    if (entry.doi) fields.push(["doi", address(entry.doi)]);
    if (entry.url) fields.push(["url", address(entry.url)]);
    fields.push(["note", tex(`paperkg: ${entry.id}`)]);
    const body = fields.map(([name, value]) => `  ${name.padEnd(9)} = {${value}}`).join(",\n");
    parts.push(`@${entry.venue ? "inproceedings" : "misc"}{${key(entry, keys)},\n${body}\n}\n`);
  }
  return parts.join("\n");
}

function author(name: string): string {
  const text = tex(name);
  return /\sand\s/i.test(text) || (text.match(/,/g) ?? []).length > 1 ? `{${text}}` : text;
}

/** familyYEARword, as most people's files have it; a number tells equal ones apart. */
function key(entry: Entry, keys: Set<string>): string {
  const first = entry.authors[0] ?? "";
  const family = first.includes(",") ? first.split(",")[0]! : (first.trim().split(/\s+/).at(-1) ?? "");
  const word = plain(entry.title.split(/\s+/).find((w) => plain(w).length > 3) ?? entry.title);
  const stem = `${plain(family) || "anon"}${entry.year ?? ""}${word.slice(0, 20)}`;
  let found = stem;
  for (let n = 2; keys.has(found); n++) found = `${stem}-${n}`;
  keys.add(found);
  return found;
}

function plain(text: string): string {
  return text.normalize("NFKD").replace(/[^A-Za-z0-9]/g, "").toLowerCase();
}
