import { el } from "../dom.ts";
import { dialog } from "./dialog.ts";

export const KEYS: readonly [string, string][] = [
  ["/", "Search a concept or paper by any of its names"],
  ["← ↑ → ↓", "Walk to a neighbour in that direction"],
  ["Enter", "Go to the evidence of what is selected"],
  ["Esc", "Close, or clear the selection"],
  ["E", "Expand: show hidden neighbours"],
  ["O", "Show only the selection and its neighbours"],
  ["H", "Hide what is selected"],
  ["Shift H", "Hide its neighbours"],
  ["A", "Show all again"],
  ["P", "Path between two concepts"],
  ["Ctrl Z", "Undo a filter, expansion or hiding; with Shift: do it again"],
  ["T", "Table of concepts, papers and relations"],
  ["L", "Filters"],
  ["F", "Fit everything into view"],
  ["+ −", "Zoom in and out"],
  ["C", "Copy a link to this view"],
  ["D", "Dark or light"],
  ["?", "These keys"],
];

/** A dialog with all keys. */
export function help(): HTMLDialogElement {
  return dialog("help", "Keys",
    el("dl", null, KEYS.map(([key, what]) => el("div", null, el("dt", null, key.split(" ").map((k) => el("kbd", null, k))), el("dd", null, what)))),
    el("p", { class: "soft" }, "With the mouse: click selects, double click shows only that node and its neighbours, and more of them with every further one, drag moves, the wheel zooms. Everything in the drawing is in the table as well."),
  );
}
