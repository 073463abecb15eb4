import { el } from "../dom.ts";

/** Puts a text on the clipboard; false where the browser does not allow it. The dialog that is open, if any, keeps the focus. */
export async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // no clipboard for a page from a disk in some browsers: the old way, by a selection
  }
  const area = el("textarea", { class: "hidden-text", "aria-hidden": "true", tabindex: -1 });
  area.value = text;
  // outside of an open dialog nothing can be selected
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}
