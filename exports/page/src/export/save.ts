import { el } from "../dom.ts";

/** Gives a file to whoever is at the page. */
export function save(name: string, content: Blob): void {
  const href = URL.createObjectURL(content);
  const link = el("a", { href, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}
