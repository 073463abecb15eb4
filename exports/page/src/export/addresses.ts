/** Links out of the page: only addresses that a browser merely opens. */

/** What the prefixes of identifiers stand for; those of the catalog are in docs/reference/catalog.md. */
const PLACES: Record<string, (local: string) => string> = {
  hf: (id) => `https://huggingface.co/datasets/${path(id)}`,
  "hf-task": (id) => `https://huggingface.co/tasks/${path(id)}`,
  "hf-evaluate": (id) => `https://huggingface.co/spaces/evaluate-metric/${path(id)}`,
  tfds: (id) => `https://www.tensorflow.org/datasets/catalog/${path(id)}`,
  mlso: (id) => `http://w3id.org/mlso/vocab/${path(id)}`,
  wikidata: (id) => `https://www.wikidata.org/wiki/${path(id)}`,
  arxiv: (id) => `https://arxiv.org/abs/${path(id)}`,
  doi: (id) => `https://doi.org/${path(id)}`,
  openalex: (id) => `https://openalex.org/${path(id)}`,
};

const path = (id: string): string => id.split("/").map(encodeURIComponent).join("/");

/** The address, if it is one of http or https without a name and password in it. */
export function safe(url: string | null | undefined): string | null {
  if (!url) return null;
  try {
    const parsed = new URL(url);
    return (parsed.protocol === "https:" || parsed.protocol === "http:") && !parsed.username && !parsed.password ? parsed.href : null;
  } catch {
    return null; // no address at all
  }
}

/** Where an identifier such as "wikidata:Q11660" leads; null where that is not known. */
export function resolve(identifier: string): string | null {
  const at = identifier.indexOf(":");
  const prefix = identifier.slice(0, at).toLowerCase();
  const place = Object.hasOwn(PLACES, prefix) ? PLACES[prefix] : undefined;
  return at > 0 && place ? safe(place(identifier.slice(at + 1))) : safe(identifier);
}
